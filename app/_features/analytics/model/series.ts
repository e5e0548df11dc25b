import type { LinePoint } from "#app/_components/charts/line-series.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";

type Bucket = FleetStats["states"][number];
type Outcome = FleetStats["outcomes"][number];

export interface Span {
  readonly from: number;
  readonly to: number;
}

const watched = (bucket: Bucket) =>
  bucket.connected +
  bucket.settling +
  bucket.silent +
  bucket.reconnecting +
  bucket.refused +
  bucket.probing +
  bucket.gave_up +
  bucket.offline;

/** Stretches in which nobody watched, and the time before the first dog was known (epoch ms), each as long as its buckets. */
export function unknownSpans({ states, bucket_ms, to }: Pick<FleetStats, "states" | "bucket_ms" | "to">): Span[] {
  const first = states.findIndex((bucket) => watched(bucket) + bucket.unknown > 0);
  if (first === -1) return [];
  const end = Date.parse(to);
  const spans: { from: number; to: number }[] = [];
  states.forEach((bucket, index) => {
    const isUnknown = index < first || (bucket.unknown > 0 && watched(bucket) === 0);
    if (!isUnknown) return;
    const at = Date.parse(bucket.at);
    const until = Math.min(end, at + bucket_ms);
    const last = spans.at(-1);
    if (last?.to === at) last.to = until;
    else spans.push({ from: at, to: until });
  });
  return spans;
}

/** recovered / (recovered + gave up); null where nothing was decided. */
export function rateOf({ recovered, gave_up }: Pick<Outcome, "recovered" | "gave_up">): number | null {
  return recovered + gave_up === 0 ? null : recovered / (recovered + gave_up);
}

/** Success rate a bucket in percent, with what it is of. */
export const ratePoints = ({ outcomes }: Pick<FleetStats, "outcomes">): LinePoint[] =>
  outcomes.map((outcome) => {
    const rate = rateOf(outcome);
    return {
      at: Date.parse(outcome.at),
      values: {
        rate: rate === null ? null : rate * 100,
        recovered: outcome.recovered,
        gave_up: outcome.gave_up,
      },
    };
  });

export const PERCENTILES = ["p50", "p95", "p99"] as const;
export type Percentile = (typeof PERCENTILES)[number];

/** Times to recover a bucket (ms), with how many recovered. */
export const recoveryPoints = ({ outcomes }: Pick<FleetStats, "outcomes">): LinePoint[] =>
  outcomes.map(({ at, p50_ms, p95_ms, p99_ms, recovered }) => ({
    at: Date.parse(at),
    values: { p50: p50_ms, p95: p95_ms, p99: p99_ms, recovered },
  }));

/** The largest value of the series that are shown; 0 where there is none. */
export function largest(points: readonly LinePoint[], keys: readonly string[]): number {
  return Math.max(0, ...points.flatMap(({ values }) => keys.map((key) => values[key] ?? 0)));
}

/** Values for a sparkline, the last known carried over buckets without one. */
export function carried(values: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value) => {
    last = value ?? last;
    return last;
  });
}

/** Whether a window held no time anybody watched. */
export const isAllUnknown = ({ unknown_ms, from, to }: Pick<FleetStats, "unknown_ms" | "from" | "to">): boolean =>
  unknown_ms >= Date.parse(to) - Date.parse(from);
