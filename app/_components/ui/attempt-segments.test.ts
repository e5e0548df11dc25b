import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentKinds } from "./attempt-segments.ts";

describe("attempt bar", () => {
  it("C25: the running dial is outlined, those before it full", () => {
    expect(segmentKinds(3, 5, "reconnecting")).toEqual(["full", "full", "running", "empty", "empty"]);
    expect(segmentKinds(3, 5, "settling")).toEqual(["full", "full", "full", "empty", "empty"]);
    expect(segmentKinds(10, 10, "gave_up").every((kind) => kind === "full")).toBe(true);
    expect(segmentKinds(0, 3, "reconnecting")).toEqual(["empty", "empty", "empty"]);
  });

  it("C25: never more than 16 blocks, never more than one running", () =>
    fc.assert(
      fc.property(fc.nat(2_000), fc.integer({ min: 0, max: 1_000 }), (attempt, max) => {
        const kinds = segmentKinds(attempt, max, "reconnecting");
        expect(kinds.length).toBeLessThanOrEqual(16);
        expect(kinds.length).toBeGreaterThanOrEqual(1);
        expect(kinds.filter((kind) => kind === "running").length).toBeLessThanOrEqual(1);
      }),
    ));
});
