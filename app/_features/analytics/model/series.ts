import type { LinePoint } from "#app/_components/charts/line-series.ts";
import { firstKnown, isUnwatched, rateOf } from "#app/_stats-window/buckets.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Stretches in which nobody watched, and the time before the first dog was known (epoch ms), each as long as its buckets. */
export function unknownSpans({ states, bucket_ms, to }: Pick<FleetStats, "states" | "bucket_ms" | "to">): Span[] {
  const first = firstKnown(states);
  if (first === -1) return [];
  const end = Date.parse(to);
  const spans: { from: number; to: number }[] = [];
  states.forEach((bucket, index) => {
    const isUnknown = index < first || isUnwatched(bucket);
    if (!isUnknown) return;
    const at = Date.parse(bucket.at);
    const until = Math.min(end, at + bucket_ms);
    const last = spans.at(-1);
    if (last?.to === at) last.to = until;
    else spans.push({ from: at, to: until });
  });
  return spans;
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

/** Whether a window held no time anybody watched. */
export const isAllUnknown = ({ unknown_ms, from, to }: Pick<FleetStats, "unknown_ms" | "from" | "to">): boolean =>
  unknown_ms >= Date.parse(to) - Date.parse(from);
