/** The middle of `values`; of an even count the mean of the two in the middle. Throws when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  if (low === undefined || high === undefined) throw new Error("no values: nothing was measured");
  return (low + high) / 2;
}

/** The smallest value that at least `share` (0 to 1) of `values` do not exceed (nearest rank). Throws when there is none. */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("no values: nothing was measured");
  return value;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** p50, p99 and max of at least one value. */
export function spread(values: ArrayLike<number>): Spread {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), max: percentile(values, 1) };
}

/** Median with the smallest and largest of the rounds. */
export interface Middle {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function middle(values: readonly number[]): Middle {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), rounds: values.length };
}

/** `a / b`; null where there is nothing to compare with. */
export function ratio(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined || b === 0 ? null : a / b;
}
