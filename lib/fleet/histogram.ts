/** Beyond this many values a percentile is taken from an even sample of them. */
const EXACT_UP_TO = 10_000;

const RECOVER_EDGES_MS = [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024].map((seconds) => seconds * 1_000);

export interface Bucket {
  readonly fromMs: number;
  /** Exclusive; null for the open last bucket. */
  readonly toMs: number | null;
  readonly count: number;
}

/** Columns of the histogram of times to recover. */
export const RECOVER_COLUMNS = RECOVER_EDGES_MS.length;

/** Column a time to recover (ms) falls in. */
export function recoverColumn(timeMs: number): number {
  return Math.max(
    0,
    RECOVER_EDGES_MS.findLastIndex((edge) => timeMs >= edge),
  );
}

/** Counts per column as buckets that double from 2 s. */
export function recoverBuckets(counts: ArrayLike<number>): readonly Bucket[] {
  return RECOVER_EDGES_MS.map((fromMs, i) => ({
    fromMs,
    toMs: RECOVER_EDGES_MS[i + 1] ?? null,
    count: counts[i] ?? 0,
  }));
}

/** How often each whole number occurs, from 1 (or the smallest) to the largest without holes; at most `columns`, the last one open. */
export function countHistogram(
  values: readonly number[],
  columns = 20,
): readonly { readonly value: number; readonly count: number }[] {
  if (values.length === 0) return [];
  let largest = 1;
  for (const value of values) largest = Math.max(largest, value);
  const counts = Array.from({ length: Math.min(largest, columns) }, (_, i) => ({ value: i + 1, count: 0 }));
  for (const value of values) {
    const column = counts[Math.min(Math.max(1, Math.round(value)), counts.length) - 1];
    if (column !== undefined) column.count++;
  }
  return counts;
}

/** Nearest-rank percentiles (`shares` in 0..1) in the order asked; null of no values. */
export function percentiles(values: readonly number[], ...shares: readonly number[]): readonly (number | null)[] {
  const step = Math.ceil(values.length / EXACT_UP_TO);
  const sampled = step > 1 ? values.filter((_, i) => i % step === 0) : values;
  const ascending = Float64Array.from(sampled).sort();
  return shares.map((share) => ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null);
}
