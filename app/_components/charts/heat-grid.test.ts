import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heatStep, heatStrength } from "./heat-grid.ts";

describe("the heat map", () => {
  it("C82: arrows stay within the heat map, and every cell is reached by them", () => {
    expect(heatStep("ArrowRight", { row: 0, column: 23 }, 5, 24)).toBeUndefined();
    expect(heatStep("ArrowUp", { row: 0, column: 3 }, 5, 24)).toBeUndefined();
    expect(heatStep("End", { row: 2, column: 3 }, 5, 24)).toEqual({ row: 2, column: 23 });
    expect(heatStep("Tab", { row: 2, column: 3 }, 5, 24)).toBeUndefined();
    expect(heatStep("ArrowDown", { row: 2, column: 3 }, 5, 24)).toEqual({ row: 3, column: 3 });
  });

  it("C82: no outage leaves the ground empty, one is seen, more is never fainter", () =>
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 1_000 }), (a, b, most) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(heatStrength(0, most)).toBe(0);
        expect(heatStrength(less, most)).toBeLessThanOrEqual(heatStrength(more, most));
        if (less > 0) expect(heatStrength(less, most)).toBeGreaterThan(0.1);
      }),
    ));
});
