import { describe, expect, it } from "vitest";
import { burstAbove, peakIn, quantile } from "./rates.ts";

describe("rates read off what the dogs saw", () => {
  it("a bucket of 1,000/s with a burst of 1,000 shows as 1,000, a faster one as more", () => {
    const bucket = [...Array<number>(1_000).fill(0), ...Array.from({ length: 5_000 }, (_, i) => i + 1)];
    expect(burstAbove(bucket, 1_000)).toBeCloseTo(1_000, -1);
    const faster = Array.from({ length: 6_000 }, (_, i) => i / 2);
    expect(burstAbove(faster, 1_000)).toBeCloseTo(3_000, -1);
    expect(burstAbove([], 1_000)).toBe(0);
  });

  it("the peak is of any window, not of whole seconds", () => {
    expect(peakIn([0, 900, 950, 1_000, 1_500, 1_899], 1_000)).toBe(5);
  });

  it("quantiles are of what was seen", () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([50, 99, 100]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
