import { describe, expect, it } from "vitest";
import { placeSpans } from "./lane-spans.ts";

describe("timeline lane", () => {
  it("C23: spans are cut at the window and ordered by time", () => {
    const placed = placeSpans(
      [
        { from: 50, to: 150, state: "waiting" },
        { from: -50, to: 50, state: "connected" },
        { from: 200, to: 300, state: "gave_up" },
        { from: 60, to: 60, state: "silent" },
      ],
      0,
      100,
    );
    expect(placed.map(({ state, left, width }) => [state, left, width])).toEqual([
      ["connected", 0, 0.5],
      ["waiting", 0.5, 0.5],
    ]);
  });

  it("C23: an empty window places nothing", () =>
    expect(placeSpans([{ from: 0, to: 9, state: "silent" }], 5, 5)).toEqual([]));
});
