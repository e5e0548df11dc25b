/** Slots per doubling: a slot is 2.2 % wide, so a percentile read at its middle is within 1.1 % of the exact one. */
const SLOTS_PER_DOUBLING = 32;
/** Powers of two of this many ms are edges of slots: columns that double from 1 s are exact sums of slots. */
const UNIT_MS = 1_000;
/** Everything shorter than 1 ms, and everything longer than 194 days, falls into the outermost slots. */
const LOWEST = -Math.ceil(Math.log2(UNIT_MS) * SLOTS_PER_DOUBLING);
const HIGHEST = 24 * SLOTS_PER_DOUBLING;

/** How many durations fell into each slot; slots without any are left out. Merging is adding. Plain JSON. */
export type LogHistogram = { [slot: string]: number };

/** Slot of a duration (ms): slot `s` holds [1 s * 2^(s/32), 1 s * 2^((s+1)/32)). */
export function slotOf(ms: number): number {
  if (!(ms >= 1)) return LOWEST;
  const slot = Math.floor(Math.log2(ms / UNIT_MS) * SLOTS_PER_DOUBLING);
  return Math.min(HIGHEST, Math.max(LOWEST, slot));
}

/** Lower edge of a slot (ms). */
export function slotFrom(slot: number): number {
  return UNIT_MS * 2 ** (slot / SLOTS_PER_DOUBLING);
}

/** Counts one duration (ms), or takes it back with `by` -1. */
export function addDuration(into: LogHistogram, ms: number, by = 1): void {
  addCount(into, slotKey(ms), by);
}

/** Slot of a duration (ms) as the histogram's key. */
export function slotKey(ms: number): string {
  return String(slotOf(ms));
}

/** Adds every slot of `from`. */
export function mergeHistogram(into: LogHistogram, from: Readonly<LogHistogram>): void {
  for (const slot in from) addCount(into, slot, from[slot] ?? 0);
}

export function histogramCount(histogram: Readonly<LogHistogram>): number {
  let sum = 0;
  for (const slot in histogram) sum += histogram[slot] ?? 0;
  return sum;
}

/** Nearest-rank percentiles (`shares` in 0..1) in the order asked, each at the geometric middle of its slot; null of none. */
export function histogramPercentiles(
  histogram: Readonly<LogHistogram>,
  ...shares: readonly number[]
): readonly (number | null)[] {
  const slots = Object.keys(histogram)
    .map(Number)
    .sort((a, b) => a - b);
  const total = histogramCount(histogram);
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    let seen = 0;
    for (const slot of slots) {
      seen += histogram[String(slot)] ?? 0;
      if (seen >= rank) return Math.round(slotFrom(slot + 0.5));
    }
    return null;
  });
}

/** How many lie in [fromMs, toMs), exact where both are a power of two of seconds; null is open. */
export function countBetween(histogram: Readonly<LogHistogram>, fromMs: number, toMs: number | null): number {
  const first = fromMs <= 0 ? Number.NEGATIVE_INFINITY : slotOf(fromMs);
  const last = toMs === null ? Number.POSITIVE_INFINITY : slotOf(toMs);
  let sum = 0;
  for (const slot in histogram) if (Number(slot) >= first && Number(slot) < last) sum += histogram[slot] ?? 0;
  return sum;
}

/** Counts `by` in one slot. */
export function addCount(into: LogHistogram, slot: string, by: number): void {
  const next = (into[slot] ?? 0) + by;
  if (next === 0) delete into[slot];
  else into[slot] = next;
}
