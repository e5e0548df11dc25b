import type { FleetStats } from "#lib/contracts/fleet.ts";

type StateBucket = FleetStats["states"][number];
type Outcome = FleetStats["outcomes"][number];

/** Dogs in a state somebody watched, on average over the bucket. */
export const watchedDogs = (bucket: StateBucket): number =>
  bucket.connected +
  bucket.settling +
  bucket.silent +
  bucket.reconnecting +
  bucket.refused +
  bucket.probing +
  bucket.gave_up +
  bucket.offline;

/** Whether dogs were known and nobody watched them. */
export const isUnwatched = (bucket: StateBucket): boolean => bucket.unknown > 0 && watchedDogs(bucket) === 0;

/** Index of the first bucket in which a dog was known; -1 where there is none. Before it there was nothing to count. */
export const firstKnown = (states: readonly StateBucket[]): number =>
  states.findIndex((bucket) => watchedDogs(bucket) + bucket.unknown > 0);

/** recovered / (recovered + gave up); null where nothing was decided. */
export function rateOf({ recovered, gave_up }: Pick<Outcome, "recovered" | "gave_up">): number | null {
  return recovered + gave_up === 0 ? null : recovered / (recovered + gave_up);
}

/** A count for a sparkline, of the buckets that are over: that of one still open is lower than it will be. */
export function wholeCounts(
  { outcomes, reason_bucket_ms, to }: Pick<FleetStats, "outcomes" | "reason_bucket_ms" | "to">,
  of: (outcome: Outcome) => number,
): number[] {
  const end = Date.parse(to);
  return outcomes.filter(({ at }) => Date.parse(at) + reason_bucket_ms <= end).map(of);
}

/** Values for a sparkline, the last known carried over buckets without one; null before the first. */
export function carried(values: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value) => {
    last = value ?? last;
    return last;
  });
}
