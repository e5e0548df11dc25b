import type { StatePoint } from "#app/_components/charts/state-series.ts";
import { firstKnown, isUnwatched } from "#app/_stats-window/buckets.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";

type Bucket = FleetStats["states"][number];

/** Buckets from the first in which a dog was known: before it there was nothing to count, which is not "zero connected". */
function known(states: readonly Bucket[]): readonly Bucket[] {
  const first = firstKnown(states);
  return first === -1 ? [] : states.slice(first);
}

/** Cards group states: connected counts settling; reconnecting counts refused and probing. */
export function statePoints({ states }: Pick<FleetStats, "states">): StatePoint[] {
  return known(states).map((bucket) => ({
    at: Date.parse(bucket.at),
    connected: bucket.connected + bucket.settling,
    silent: bucket.silent,
    reconnecting: bucket.reconnecting + bucket.refused + bucket.probing,
    gave_up: bucket.gave_up,
    unknown: bucket.unknown,
  }));
}

/** One series for a sparkline; null where nobody watched. */
export function stateSpark(stats: Pick<FleetStats, "states">, of: (bucket: Bucket) => number): (number | null)[] {
  return known(stats.states).map((bucket) => (isUnwatched(bucket) ? null : of(bucket)));
}

/** Room for the words of one mark, as a share of the axis. They stand to its left, before this share to its right. */
const WORD_SHARE = 0.22;

/** Marks in order of time; of those too close together the latest stays. */
export function spacedMarks<M extends { readonly at: number }>(marks: readonly M[], from: number, to: number): M[] {
  const share = ({ at }: M) => (at - from) / (to - from);
  const kept: M[] = [];
  for (const mark of [...marks].sort((a, b) => b.at - a.at)) {
    const later = kept[0];
    const room = share(mark) < WORD_SHARE ? 2 * WORD_SHARE : WORD_SHARE;
    if (later === undefined || share(later) - share(mark) >= room) kept.unshift(mark);
  }
  return kept;
}
