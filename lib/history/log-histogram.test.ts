import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentiles } from "#lib/fleet/histogram.ts";
import { durationBuckets } from "./formulas.ts";
import {
  addDuration,
  countBetween,
  histogramCount,
  histogramPercentiles,
  type LogHistogram,
  mergeHistogram,
  slotFrom,
  slotOf,
} from "./log-histogram.ts";

const anyTimes = fc.array(fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 40_000_000 })), {
  minLength: 1,
  maxLength: 300,
});

function histogramOf(times: readonly number[]): LogHistogram {
  const histogram: LogHistogram = {};
  for (const time of times) addDuration(histogram, time);
  return histogram;
}

describe("H7: a log histogram", () => {
  it("tells each nearest-rank percentile within 2 % of the exact one", () => {
    fc.assert(
      fc.property(anyTimes, fc.double({ min: 0, max: 1, noNaN: true }), (times, share) => {
        const [told] = histogramPercentiles(histogramOf(times), share);
        const [exact] = percentiles(times, share);
        expect(Math.abs((told ?? 0) - (exact ?? 0))).toBeLessThanOrEqual(Math.max(0.5, 0.02 * (exact ?? 0)));
      }),
      { numRuns: 500 },
    );
    expect(histogramPercentiles({}, 0.5, 0.99)).toEqual([null, null]);
  });

  it("adds up to the same in whichever order and grouping it is merged, and taking back undoes adding", () => {
    fc.assert(
      fc.property(anyTimes, anyTimes, anyTimes, (a, b, c) => {
        const [x, y, z] = [histogramOf(a), histogramOf(b), histogramOf(c)];
        const merged = (...all: LogHistogram[]) => {
          const into: LogHistogram = {};
          for (const one of all) mergeHistogram(into, one);
          return into;
        };
        expect(merged(merged(x, y), z)).toEqual(merged(x, merged(z, y)));
        expect(merged(x, y, z)).toEqual(histogramOf([...c, ...a, ...b]));
        const all = merged(x, y);
        for (const time of b) addDuration(all, time, -1);
        expect(all).toEqual(x);
      }),
    );
  });

  it("has an edge at every doubling of a second, so that the columns of the charts are exact", () => {
    for (let power = 0; power <= 24; power++) {
      const edge = 1_000 * 2 ** power;
      expect([power, slotOf(edge), slotFrom(slotOf(edge))]).toEqual([power, 32 * power, edge]);
      expect(slotOf(edge - 1)).toBe(32 * power - 1);
    }
    fc.assert(
      fc.property(anyTimes, (times) => {
        const histogram = histogramOf(times);
        const columns = durationBuckets(histogram);
        for (const { from_ms: from, to_ms: to, count } of columns) {
          expect(count).toBe(times.filter((time) => time >= from && time < (to ?? Number.POSITIVE_INFINITY)).length);
        }
        expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
      }),
    );
  });

  it("loses nothing at its ends", () => {
    const histogram = histogramOf([0, -5, 0.4, 1, 10 ** 15]);
    expect(histogramCount(histogram)).toBe(5);
    expect([countBetween(histogram, 0, 2), countBetween(histogram, 0, null)]).toEqual([4, 5]);
  });
});
