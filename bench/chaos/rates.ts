/**
 * The most that came above `perSecond`, over every stretch of time: what a token bucket of that rate must have held.
 * A bucket with burst b lets at most `perSecond * T + b` through in any T seconds, which is to say that this stays at b.
 * @param times ms, ascending
 */
export function burstAbove(times: readonly number[], perSecond: number): number {
  let level = 0;
  let most = 0;
  let before = times[0] ?? 0;
  for (const at of times) {
    level = Math.max(0, level - ((at - before) / 1_000) * perSecond) + 1;
    before = at;
    most = Math.max(most, level);
  }
  return most;
}

/** The most in any window of `windowMs`. @param times ms, ascending */
export function peakIn(times: readonly number[], windowMs: number): number {
  let from = 0;
  let most = 0;
  for (const [index, at] of times.entries()) {
    while (at - (times[from] ?? at) >= windowMs) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** The value below which `share` of them lie; NaN of none. @param values ascending */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
}
