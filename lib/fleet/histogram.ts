/** Beyond this many values a percentile is taken from an even sample of them. */
const EXACT_UP_TO = 10_000;

/** Nearest-rank percentiles (`shares` in 0..1) in the order asked; null of no values. */
export function percentiles(values: readonly number[], ...shares: readonly number[]): readonly (number | null)[] {
  const step = Math.ceil(values.length / EXACT_UP_TO);
  const sampled = step > 1 ? values.filter((_, i) => i % step === 0) : values;
  const ascending = Float64Array.from(sampled).sort();
  return shares.map((share) => ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null);
}
