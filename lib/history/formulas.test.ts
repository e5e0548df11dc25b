import { describe, expect, it } from "vitest";
import { dialCounts, meanDogs, metricsOf, outcomesOf, recoverBuckets, waitBuckets } from "./formulas.ts";
import { addDuration } from "./log-histogram.ts";
import { emptyRollup, HOUR_MS, type Rollup } from "./rollup.ts";

/** An hour of ten dogs: one offline, the others up but for 18 min in all. */
function anHour(): Rollup {
  const rollup: Rollup = {
    ...emptyRollup(),
    watchedMs: HOUR_MS,
    stateMs: {
      connected: 8 * HOUR_MS,
      silent: 360_000,
      settling: HOUR_MS - 1_440_000,
      reconnecting: 1_080_000,
      offline: HOUR_MS,
    },
    flappingMs: HOUR_MS / 2,
    downMs: 1_080_000,
    begun: 9,
    auth: 1,
    recovered: 4,
    gaveUp: 1,
    withdrawn: 1,
    returned: 1,
    dials: { 1: 2, 3: 1, 12: 1 },
    flaps: 2,
    decidedRecovered: 5,
    decidedGaveUp: 2,
  };
  for (const recoverMs of [1_000, 3_000, 5_000, 91_000]) addDuration(rollup.recoverMs, recoverMs);
  rollup.recoverSumMs = 100_000;
  for (const delayMs of [500, 1_500, 2_000]) addDuration(rollup.delaysMs, delayMs);
  return rollup;
}

describe("H8: the metrics by their formulas", () => {
  it("of a window", () => {
    const metrics = metricsOf(anHour());
    expect(metrics).toMatchObject({
      outages: 8,
      auth_outages: 1,
      decided: 5,
      recovered: 4,
      gave_up: 1,
      returned: 1,
      withdrawn: 1,
      open: 2,
      success_rate: 0.8,
      dials: { mean: 17 / 4, p50: 1, p95: 12 },
      expected_ms: 9 * HOUR_MS,
      down_ms: 1_080_000,
      silent_ms: 360_000,
      availability: 1 - 1_080_000 / (9 * HOUR_MS),
      mean_between_ms: (9 * HOUR_MS - 1_080_000) / 8,
      flaps: 2,
    });
    expect(metrics.recover_ms.mean).toBe(25_000);
    expect(metrics.recover_ms.p50).toBeCloseTo(3_000, -2);
    expect(Math.abs((metrics.recover_ms.p99 ?? 0) / 91_000 - 1)).toBeLessThan(0.02);
  });

  it("of nothing are no numbers, never zeros that look like some", () => {
    const metrics = metricsOf(emptyRollup());
    expect(metrics).toMatchObject({
      success_rate: null,
      availability: null,
      mean_between_ms: null,
      outages: 0,
      open: 0,
    });
    expect(metrics.recover_ms).toEqual({ mean: null, p50: null, p95: null, p99: null });
    expect(metrics.dials).toEqual({ mean: null, p50: null, p95: null });
    expect(meanDogs(emptyRollup())).toBeNull();
    expect(outcomesOf(emptyRollup())).toMatchObject({ p50_ms: null, availability: null });
  });

  it("by reason know no dog-time: down time, but no availability", () => {
    const metrics = metricsOf({ ...emptyRollup(), begun: 3, downMs: 7_000 });
    expect(metrics).toMatchObject({
      outages: 3,
      down_ms: 7_000,
      expected_ms: 0,
      availability: null,
      mean_between_ms: null,
    });
  });

  it("stay within 0 and 1 where a group's outages outlast its dogs' time in it", () => {
    const rollup = { ...emptyRollup(), stateMs: { connected: 1_000 }, downMs: 5_000, begun: 1 };
    expect(metricsOf(rollup)).toMatchObject({ availability: 0, down_ms: 1_000, mean_between_ms: 0 });
  });

  it("of charts: mean dogs while watched, what was decided, columns of times, of dials and of waits", () => {
    const rollup = anHour();
    const mean = meanDogs({ ...rollup, watchedMs: HOUR_MS / 2 });
    expect(mean).toMatchObject({ counts: { connected: 16, offline: 2, gave_up: 0 }, flapping: 1 });
    expect(outcomesOf(rollup)).toMatchObject({ outages: 8, recovered: 5, gave_up: 2, flaps: 2 });
    expect(dialCounts(rollup)).toEqual([
      { dials: 1, count: 2 },
      { dials: 3, count: 1 },
      { dials: 12, count: 1 },
    ]);
    const columns = recoverBuckets(rollup).filter(({ count }) => count > 0);
    expect(columns).toEqual([
      { from_ms: 0, to_ms: 2_000, count: 1 },
      { from_ms: 2_000, to_ms: 4_000, count: 1 },
      { from_ms: 4_000, to_ms: 8_000, count: 1 },
      { from_ms: 64_000, to_ms: 128_000, count: 1 },
    ]);
    const { waits, reported } = waitBuckets(rollup);
    expect([reported, waits[0]?.count, waits[1]?.count]).toEqual([3, 2, 1]);
  });
});
