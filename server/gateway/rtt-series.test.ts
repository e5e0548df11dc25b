import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RttSeries } from "./rtt-series.ts";

const START = 1_700_000_000_000;

describe("round trips", () => {
  it("P15: none at first", () => {
    const series = new RttSeries();
    expect([series.last, series.points()]).toEqual([null, []]);
  });

  it("P15: one that is longer than fits changes no other field of it", () => {
    const series = new RttSeries();
    series.add(START, 2 ** 40);
    expect(series.points()).toEqual([{ at: START, ms: 2 ** 20 - 1 }]);
  });

  it("P15: the last 120 are kept, oldest first, whatever their number", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { maxLength: 400 }), (trips) => {
        const series = new RttSeries();
        for (const [i, ms] of trips.entries()) series.add(START + i * 1_000, ms);
        const all = trips.map((ms, i) => ({ at: START + i * 1_000, ms }));
        expect(series.points()).toEqual(all.slice(-120));
        expect(series.last).toBe(trips.at(-1) ?? null);
      }),
    ));
});
