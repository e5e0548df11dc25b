import type { FleetMetrics, FleetStats } from "#lib/contracts/fleet.ts";
import { NO_DOGS, type StateCounts } from "#lib/fleet/dog.ts";
import { dialCounts, meanDogs, metricsOf, outcomesOf, recoverBuckets, waitBuckets } from "#lib/history/formulas.ts";
import { emptyRollup, HOUR_MS, MINUTE_MS, mergeRollup, OTHER_KEYS, type Rollup } from "#lib/history/rollup.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";
import { iso } from "#server/fleet/dog-row.ts";
import type { Archive, StoredBegun, StoredRollup } from "#server/journal/archive.ts";
import type { PastStats, Range, StatsRead } from "./fleet-history.ts";
import type { GroupSums, Sums } from "./group-sums.ts";
import { planRollups, readBegun, readPieces, toldThrough } from "./rollup-reads.ts";

const MOST_BUCKETS = 120;
/** Columns and sparklines are wider than a line's points. */
const MOST_COLUMNS = 64;
const MOST_GROUPS = 50;
/** Lengths that divide an hour or a day, or are whole days. */
const BUCKETS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168].map((hours) => hours * HOUR_MS),
];
const KNOWN_REASONS: ReadonlySet<string> = new Set(REASON_CODES);
const STATES = Object.keys(NO_DOGS) as (keyof StateCounts)[];

/** The statistics of a window, from rollups alone: what they cost depends on its length, not on what happened in it. */
export async function statisticsOf(
  archive: Pick<Archive, "rollups" | "begun">,
  query: StatsRead,
  groupSums: GroupSums,
): Promise<PastStats> {
  const plan = await planRollups(archive, query);
  const fleet = await readPieces(archive, "fleet", plan.series);
  const reasons = (await readBegun(archive, "reason", plan.series)).filter(({ key }) => KNOWN_REASONS.has(key));
  const { by } = query;
  const groups: Sums = by === null || by === "fleet" ? new Map() : await groupSums.read(archive, by, plan.sums);
  const told: Range = { from: plan.from, to: await toldThrough(archive, plan) };
  const all = summed(fleet, "stateMs", "recoverMs", "dials", "delaysMs");
  const bucketMs = bucketOf(plan, plan.grain, MOST_BUCKETS);
  const columnMs = bucketOf(plan, plan.grain, MOST_COLUMNS);
  const metrics = metricsOf(all);
  return {
    from: iso(plan.from),
    to: iso(plan.to),
    unknown_ms: Math.max(0, told.to - told.from - all.watchedMs),
    metrics,
    groups: groupsOf(groups),
    bucket_ms: bucketMs,
    states: stateSeries(fleet, told, bucketMs),
    reason_bucket_ms: columnMs,
    reasons: reasonSeries(reasons, told, columnMs),
    reasons_total: all.begun,
    heat: heatOf(reasons, plan.grain, query.timeZone),
    outcomes: outcomeSeries(fleet, told, columnMs),
    attempts: { recovered: dialCounts(all), gave_up: metrics.gave_up },
    delays: {
      recover: recoverBuckets(all),
      recovered: metrics.recovered,
      p50_ms: metrics.recover_ms.p50,
      p95_ms: metrics.recover_ms.p95,
      ...waitBuckets(all),
    },
  };
}

/** The shortest length with which no more than `most` buckets cover the window. */
function bucketOf({ from, to }: Range, atLeastMs: number, most: number): number {
  const fits = (ms: number) => Math.floor((to - 1) / ms) - Math.floor(from / ms) < most;
  return BUCKETS_MS.find((ms) => ms >= atLeastMs && fits(ms)) ?? 168 * HOUR_MS;
}

/** Tables are most of what adding up costs: each series names those it reads. */
type Table = "stateMs" | "recoverMs" | "dials" | "delaysMs" | "decidedRecoverMs";
const NO_TABLES = { stateMs: {}, recoverMs: {}, dials: {}, delaysMs: {}, decidedRecoverMs: {} } as const;

function summed(rows: readonly StoredRollup[], ...tables: readonly Table[]): Rollup {
  return rows.reduce((sum, { rollup }) => {
    const kept = Object.fromEntries(tables.map((table) => [table, rollup[table]]));
    return mergeRollup(sum, { ...rollup, ...NO_TABLES, ...kept });
  }, emptyRollup());
}

/** Starts of the buckets that cover the window; the first may begin before it. */
function startsOf({ from, to }: Range, sizeMs: number): readonly number[] {
  const starts: number[] = [];
  for (let at = Math.floor(from / sizeMs) * sizeMs; at < to; at += sizeMs) starts.push(at);
  return starts;
}

function filed<R extends { readonly at: number }>(
  rows: readonly R[],
  sizeMs: number,
): ReadonlyMap<number, readonly R[]> {
  return Map.groupBy(rows, ({ at }) => Math.floor(at / sizeMs) * sizeMs);
}

/**
 * Mean dogs in each state. Time nobody watched is the share of the bucket in which as many dogs are `unknown` as were known in the rest
 * of it, or around it.
 */
function stateSeries(rows: readonly StoredRollup[], window: Range, sizeMs: number): FleetStats["states"] {
  const buckets = filed(rows, sizeMs);
  const means = startsOf(window, sizeMs).map((at) => {
    const rollup = summed(buckets.get(at) ?? [], "stateMs");
    return { at, mean: meanDogs(rollup), watchedMs: rollup.watchedMs };
  });
  let known = totalOf(means.find(({ mean }) => mean !== null)?.mean?.counts ?? NO_DOGS);
  return means.map(({ at, mean, watchedMs }) => {
    if (mean === null) return { at: iso(at), ...NO_DOGS, unknown: Math.round(known), flapping: 0 };
    const lengthMs = Math.min(at + sizeMs, window.to) - Math.max(at, window.from);
    const share = Math.min(1, watchedMs / lengthMs);
    known = totalOf(mean.counts);
    const shares = STATES.map((state) => Math.max(0, mean.counts[state]) * share);
    const [unknown = 0, ...whole] = wholeOf([known * (1 - share), ...shares]);
    const counts = Object.fromEntries(STATES.map((state, i) => [state, whole[i] ?? 0])) as StateCounts;
    return { at: iso(at), ...counts, unknown, flapping: Math.round(Math.max(0, mean.flapping) * share) };
  });
}

/** Rounded so that they add up to their rounded sum: what is left over goes to the largest remainders. No dog is lost between two states. */
export function wholeOf(parts: readonly number[]): readonly number[] {
  const whole = parts.map(Math.floor);
  const sum = Math.round(parts.reduce((total, part) => total + part, 0));
  const left = sum - whole.reduce((total, part) => total + part, 0);
  const byRemainder = parts.map((part, i) => ({ i, remainder: part % 1 })).sort((a, b) => b.remainder - a.remainder);
  for (const { i } of byRemainder.slice(0, left)) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}

function totalOf(counts: StateCounts): number {
  return STATES.reduce((sum, state) => sum + Math.max(0, counts[state]), 0);
}

function reasonSeries(rows: readonly StoredBegun[], window: Range, sizeMs: number): FleetStats["reasons"] {
  const buckets = filed(rows, sizeMs);
  return startsOf(window, sizeMs).map((at) => {
    const counts = new Map<string, number>();
    for (const { key, begun } of buckets.get(at) ?? []) counts.set(key, (counts.get(key) ?? 0) + begun);
    return { at: iso(at), counts: Object.fromEntries([...counts].filter(([, count]) => count > 0)) };
  });
}

function outcomeSeries(rows: readonly StoredRollup[], window: Range, sizeMs: number): FleetStats["outcomes"] {
  const buckets = filed(rows, sizeMs);
  return startsOf(window, sizeMs).map((at) => ({
    at: iso(at),
    ...outcomesOf(summed(buckets.get(at) ?? [], "stateMs", "decidedRecoverMs")),
  }));
}

/** By hour of day; an hour that straddles two there (a zone half an hour off) counts where its middle lies. */
function heatOf(rows: readonly StoredBegun[], grain: number, timeZone: string): FleetStats["heat"] {
  const format = new Intl.DateTimeFormat("en", { timeZone, hour: "numeric", hourCycle: "h23" });
  const hours = new Map<number, number>();
  const hourOf = (at: number): number => {
    const known = hours.get(at) ?? Number(format.format(at));
    hours.set(at, known);
    return known;
  };
  const counts = new Map<string, FleetStats["heat"][number]>();
  for (const { at, key, begun } of rows) {
    if (begun === 0) continue;
    const hour = hourOf(grain === HOUR_MS ? at + HOUR_MS / 2 : at - (at % (15 * MINUTE_MS)));
    const cell = counts.get(`${hour}.${key}`) ?? { hour, reason_code: key as ReasonCode, count: 0 };
    counts.set(`${hour}.${key}`, { ...cell, count: cell.count + begun });
  }
  return [...counts.values()].filter(({ count }) => count > 0).sort((a, b) => a.hour - b.hour || b.count - a.count);
}

/** Every group, the most outages first; what is beyond 50 together, as are the keys that were not kept apart. */
function groupsOf(sums: Sums): FleetStats["groups"] {
  const named = [...sums]
    .filter(([key]) => key !== OTHER_KEYS)
    .map(([key, rollup]) => ({ key, rollup, metrics: metricsOf(rollup) }))
    .sort((a, b) => byWeight(a.metrics, b.metrics) || (a.key < b.key ? -1 : 1));
  const others = [
    ...named.slice(MOST_GROUPS).map(({ rollup }) => rollup),
    ...(sums.has(OTHER_KEYS) ? [sums.get(OTHER_KEYS)] : []),
  ];
  const shown = named.slice(0, MOST_GROUPS).map(({ key, metrics }) => ({ key, metrics }));
  if (others.length === 0) return shown;
  const rest = others.reduce<Rollup>((sum, rollup) => (rollup ? mergeRollup(sum, rollup) : sum), emptyRollup());
  return [...shown, { key: OTHER_KEYS, metrics: metricsOf(rest) }];
}

function byWeight(a: FleetMetrics, b: FleetMetrics): number {
  return b.outages - a.outages || b.auth_outages - a.auth_outages || b.expected_ms - a.expected_ms;
}
