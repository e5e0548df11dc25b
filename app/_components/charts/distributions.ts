export interface Dials {
  readonly dials: number;
  /** The last bar stands for this many dials and more. */
  readonly orMore: boolean;
  readonly count: number;
}

const FEWEST_BARS = 10;
const MOST_BARS = 16;

/** One bar a number of dials from 1 on, without holes, at least ten; above sixteen the last bar takes the rest. */
export function dialBars(counts: readonly { readonly dials: number; readonly count: number }[]): Dials[] {
  const most = Math.max(FEWEST_BARS, ...counts.map(({ dials }) => dials));
  const shown = Math.min(MOST_BARS, most);
  const bars = Array.from({ length: shown }, (_, index) => ({ dials: index + 1, orMore: false, count: 0 }));
  for (const { dials, count } of counts) {
    const bar = bars[Math.min(shown, Math.max(1, dials)) - 1];
    if (bar !== undefined) bar.count += count;
  }
  return bars.map((bar) => ({ ...bar, orMore: bar.dials === shown && most > shown }));
}

/** Durations in [from_ms, to_ms); the last bucket is open. */
export interface DurationBucket {
  readonly from_ms: number;
  readonly to_ms: number | null;
  readonly count: number;
}

const FEWEST_BUCKETS = 8;

/** Buckets of durations down to the last that holds anything, at least eight. */
export function durationBuckets<B extends DurationBucket>(buckets: readonly B[]): readonly B[] {
  const last = buckets.findLastIndex(({ count }) => count > 0);
  return buckets.slice(0, Math.max(FEWEST_BUCKETS, last + 1));
}

/** Where a duration lies among the buckets, in bars from the left edge; past the last edge it is the right one. */
export function bucketPosition(ms: number, buckets: readonly DurationBucket[]): number {
  const index = buckets.findIndex((bucket) => bucket.to_ms === null || ms < bucket.to_ms);
  const bucket = buckets[index];
  if (bucket === undefined) return buckets.length;
  if (bucket.to_ms === null) return index;
  return index + Math.max(0, ms - bucket.from_ms) / (bucket.to_ms - bucket.from_ms);
}
