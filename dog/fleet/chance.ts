const HOUR_MS = 3_600_000;

/** Mean time to the next fault of `rate` per hour, ms; exponential, from a uniform `u` in [0, 1). */
export function nextFaultMs(rate: number, u: number): number {
  return rate <= 0 ? Number.POSITIVE_INFINITY : (-Math.log(1 - u) * HOUR_MS) / rate;
}

/** A duration in [least, most] with a long tail: most are short, some take all of it. */
export function longTail([least, most]: readonly [number, number], u: number): number {
  return least + (most - least) * u ** 3;
}

/** One of `weights`, drawn by weight from a uniform `u`; null where all are nothing. */
export function drawWeighted<K extends string>(weights: Readonly<Record<K, number>>, u: number): K | null {
  const entries = Object.entries(weights) as [K, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = u * total;
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return null;
}
