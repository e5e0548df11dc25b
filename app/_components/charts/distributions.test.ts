import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketPosition, dialBars, durationBuckets } from "./distributions.ts";

const EDGES = [0, 2, 4, 8, 16, 32, 64, 128, 256].map((seconds) => seconds * 1_000);
const buckets = (counts: readonly number[]) =>
  EDGES.map((from_ms, index) => ({ from_ms, to_ms: EDGES[index + 1] ?? null, count: counts[index] ?? 0 }));

describe("distributions", () => {
  it("C55: bars of dials lose no outage, whatever the number of dials", () =>
    fc.assert(
      fc.property(fc.array(fc.record({ dials: fc.integer({ min: 1, max: 500 }), count: fc.nat(99) })), (counts) => {
        const bars = dialBars(counts);
        const sum = (all: readonly { count: number }[]) => all.reduce((total, { count }) => total + count, 0);
        expect(sum(bars)).toBe(sum(counts));
        expect(bars.length).toBeGreaterThanOrEqual(10);
        expect(bars.length).toBeLessThanOrEqual(16);
        expect(bars.filter(({ orMore }) => orMore).length).toBe(counts.some(({ dials }) => dials > 16) ? 1 : 0);
      }),
    ));

  it("C55: a duration lies in its bucket; the open bucket has no inside", () => {
    expect(bucketPosition(3_000, buckets([]))).toBe(1.5);
    expect(bucketPosition(0, buckets([]))).toBe(0);
    expect(bucketPosition(10_000_000, buckets([]))).toBe(8);
    expect(durationBuckets(buckets([1]))).toHaveLength(8);
    expect(durationBuckets(buckets([0, 0, 0, 0, 0, 0, 0, 0, 3]))).toHaveLength(9);
  });
});
