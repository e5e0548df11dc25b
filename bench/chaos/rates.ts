import type { Witness } from "../load/witness.ts";

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

/** Something that came to pass at one unknown instant between these two (ms). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Windows begin and end on this grid (ms). */
const GRID_MS = 10;

/**
 * The least a token bucket of `perSecond` must have held to let all of these through: over every window, those that lie in it
 * whole, above what came in meanwhile. What delays an opening makes it
 * less, never more: it needs no allowance, and is as sharp as the machine is quick.
 */
export function leastBurst(stretches: readonly Stretch[], perSecond: number): number {
  const begin = stretches.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const cellOf = (at: number) => Math.floor((at - begin) / GRID_MS);
  const byFrom = stretches.toSorted((a, b) => b.from - a.from);
  const perCell = (perSecond * GRID_MS) / 1_000;
  const ends = new Uint32Array(stretches.reduce((most, { to }) => Math.max(most, cellOf(to) + 1), 0));
  let most = 0;
  for (let next = 0; next < byFrom.length; ) {
    const first = cellOf(byFrom[next]?.from ?? begin);
    for (let one = byFrom[next]; one && cellOf(one.from) === first; one = byFrom[++next]) {
      const end = cellOf(one.to);
      ends[end] = (ends[end] ?? 0) + 1;
    }
    let inside = 0;
    for (let cell = first; cell < ends.length; cell++) {
      inside += ends[cell] ?? 0;
      most = Math.max(most, inside - (cell + 1 - first) * perCell);
    }
  }
  return most;
}

/** Every handshake that went through: let in at some instant between its dial and its opening. @param seen in order of time */
export function handshakes(seen: readonly Witness[]): Stretch[] {
  const dialed = new Map<string, number>();
  const through: Stretch[] = [];
  for (const { sn, did, at } of seen) {
    const from = dialed.get(sn);
    if (did === "dial") dialed.set(sn, at);
    else if (did === "open" && from !== undefined) through.push({ from, to: at });
  }
  return through;
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
