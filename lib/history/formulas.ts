import type { FleetMetrics, FleetStats } from "#lib/contracts/fleet.ts";
import { NO_DOGS, type StateCounts } from "#lib/fleet/dog.ts";
import { countBetween, histogramCount, histogramPercentiles, type LogHistogram } from "./log-histogram.ts";
import type { Rollup } from "./rollup.ts";

/** Columns of the charts of durations: they double from 2 s. */
const COLUMN_EDGES_MS = [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024].map((seconds) => seconds * 1_000);

export type DurationBucket = FleetStats["delays"]["recover"][number];
export type DialCount = FleetStats["attempts"]["recovered"][number];
/** One bucket of the outcomes' series, but for where it begins. */
export type Outcomes = Omit<FleetStats["outcomes"][number], "at">;

/** Every metric of a window, from the rollups of its buckets added up. docs/METRICS.md has the definitions. */
export function metricsOf(rollup: Rollup): FleetMetrics {
  const { begun, auth, recovered, gaveUp, returned, withdrawn, flaps } = rollup;
  const outages = begun - auth;
  const decided = recovered + gaveUp;
  const expectedMs = expectedOf(rollup);
  const downMs = downOf(rollup);
  const [p50 = null, p95 = null, p99 = null] = histogramPercentiles(rollup.recoverMs, 0.5, 0.95, 0.99);
  return {
    outages,
    decided,
    recovered,
    gave_up: gaveUp,
    returned,
    withdrawn,
    open: Math.max(0, outages - decided - withdrawn),
    auth_outages: auth,
    success_rate: share(recovered, decided),
    recover_ms: { mean: rounded(share(rollup.recoverSumMs, recovered)), p50, p95, p99 },
    dials: dialsOf(rollup),
    availability: availabilityOf(rollup),
    expected_ms: expectedMs,
    down_ms: downMs,
    // A change is stored at once, the time since once a second: until then it is owed.
    silent_ms: Math.max(0, rollup.stateMs.silent ?? 0),
    mean_between_ms: expectedMs > 0 ? rounded(share(expectedMs - downMs, outages)) : null,
    flaps,
  };
}

/** What was decided in a bucket, and how it was there: the series behind the figures. */
export function outcomesOf(rollup: Rollup): Outcomes {
  const [p50 = null, p95 = null, p99 = null] = histogramPercentiles(rollup.decidedRecoverMs, 0.5, 0.95, 0.99);
  return {
    outages: rollup.begun - rollup.auth,
    recovered: rollup.decidedRecovered,
    gave_up: rollup.decidedGaveUp,
    p50_ms: p50,
    p95_ms: p95,
    p99_ms: p99,
    flaps: rollup.flaps,
    availability: availabilityOf(rollup),
  };
}

/** Share of expected time not in an outage, 0..1; null where no dog was expected. */
export function availabilityOf(rollup: Rollup): number | null {
  const expectedMs = expectedOf(rollup);
  return share(expectedMs - downOf(rollup), expectedMs);
}

/** Mean dogs in each state, and flapping, while somebody watched; null where nobody did. Not rounded. */
export function meanDogs(rollup: Rollup): { readonly counts: StateCounts; readonly flapping: number } | null {
  const { watchedMs, stateMs, flappingMs } = rollup;
  if (watchedMs <= 0) return null;
  const counts = { ...NO_DOGS };
  for (const state of STATES) counts[state] = Math.max(0, stateMs[state] ?? 0) / watchedMs;
  return { counts, flapping: flappingMs / watchedMs };
}

/** Durations by columns that double from 2 s, the last one open: exact, their edges are edges of slots. */
export function durationBuckets(histogram: Readonly<LogHistogram>): DurationBucket[] {
  return COLUMN_EDGES_MS.map((fromMs, column) => {
    const toMs = COLUMN_EDGES_MS[column + 1] ?? null;
    return { from_ms: fromMs, to_ms: toMs, count: countBetween(histogram, fromMs, toMs) };
  });
}

/** Times to recover of `recovered`. */
export function recoverBuckets({ recoverMs }: Rollup): DurationBucket[] {
  return durationBuckets(recoverMs);
}

/** Waits before dials as dogs reported them. */
export function waitBuckets({ delaysMs }: Rollup): { readonly waits: DurationBucket[]; readonly reported: number } {
  return { waits: durationBuckets(delaysMs), reported: histogramCount(delaysMs) };
}

/** Recovered outages by the dials they took, fewest first. */
export function dialCounts({ dials }: Rollup): DialCount[] {
  return Object.entries(dials)
    .map(([taken, count]) => ({ dials: Number(taken), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.dials - b.dials);
}

const STATES = Object.keys(NO_DOGS) as (keyof StateCounts)[];

/** Dog-time in which a dog should have been on the line: all watched time but offline. */
function expectedOf({ stateMs }: Rollup): number {
  let sum = 0;
  for (const state of STATES) if (state !== "offline") sum += stateMs[state] ?? 0;
  return Math.max(0, sum);
}

/** An outage belongs to the group it began in, its dog's time to the one it is in: a group may be down for longer than expected. */
function downOf(rollup: Rollup): number {
  const downMs = Math.max(0, rollup.downMs);
  const expectedMs = expectedOf(rollup);
  return expectedMs === 0 ? downMs : Math.min(downMs, expectedMs);
}

function dialsOf(rollup: Rollup): FleetMetrics["dials"] {
  const counts = dialCounts(rollup);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const sum = counts.reduce((all, { dials, count }) => all + dials * count, 0);
  const rankedAt = (part: number) => {
    const rank = Math.max(1, Math.ceil(part * total));
    let seen = 0;
    for (const { dials, count } of counts) {
      seen += count;
      if (seen >= rank) return dials;
    }
    return null;
  };
  return { mean: share(sum, total), p50: rankedAt(0.5), p95: rankedAt(0.95) };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
