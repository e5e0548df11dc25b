import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, middle, percentile, ratio, spread } from "./statistics.ts";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("figures of several rounds", () => {
  it("takes the middle of an odd count and the mean of the two in the middle of an even one", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("has at most half of the values on either side of the median", () =>
    fc.assert(
      fc.property(values, (given) => {
        const m = median(given);
        expect(given.filter((value) => value < m).length).toBeLessThanOrEqual(given.length / 2);
        expect(given.filter((value) => value > m).length).toBeLessThanOrEqual(given.length / 2);
      }),
    ));

  it("gives a percentile that is one of the values and that the share does not exceed", () =>
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const p = percentile(given, share);
        expect(given).toContain(p);
        expect(given.filter((value) => value <= p).length).toBeGreaterThanOrEqual(share * given.length - 1e-9);
      }),
    ));

  it("knows p99 of a hundred values", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(spread(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  });

  it("keeps the range of the rounds beside the median", () => {
    expect(middle([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5, rounds: 3 });
  });

  it("refuses to make a figure of nothing", () => {
    expect(() => median([])).toThrow(/nothing was measured/);
    expect(() => percentile([], 0.5)).toThrow(/nothing was measured/);
  });

  it("has no ratio where there is nothing to compare with", () => {
    expect(ratio(3, 2)).toBe(1.5);
    expect(ratio(undefined, 2)).toBeNull();
    expect(ratio(3, undefined)).toBeNull();
    expect(ratio(3, 0)).toBeNull();
  });
});
