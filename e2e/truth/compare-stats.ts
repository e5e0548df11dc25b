import type { FleetStats, StatsGrouping } from "#lib/contracts/fleet.ts";
import { atOf, type Disagreement, Findings } from "./findings.ts";
import { anyOf, type Span } from "./span.ts";
import {
  anyWindow,
  decidedTruth,
  dogTime,
  type FleetTruth,
  flapsWithin,
  type OutageFilter,
  ofDogs,
  type Shown,
  shareUp,
  stateTime,
  upBetween,
  type WindowTruth,
  windowTruth,
} from "./truth.ts";
import type { TrueState } from "./worlds.ts";

export const STATES = [
  "connected",
  "silent",
  "settling",
  "reconnecting",
  "refused",
  "probing",
  "gave_up",
  "offline",
] as const satisfies readonly TrueState[];

type Metrics = FleetStats["metrics"];
const COUNTS = [
  ["outages", "outages"],
  ["auth_outages", "auth"],
  ["recovered", "recovered"],
  ["gave_up", "gaveUp"],
  ["returned", "returned"],
  ["withdrawn", "withdrawn"],
  ["open", "open"],
] as const satisfies readonly (readonly [keyof Metrics, keyof WindowTruth])[];
/** Rates are told in full, times rounded. */
const RATE_SLACK = 1e-6;
const ROUNDED_MS = 1;

/** The window [from, to) as one knows it who is told late: as of the first of `truths`, of the last, or in between. */
export function toldWindow(truths: readonly FleetTruth[], from: number, to: number, only?: OutageFilter): WindowTruth {
  return anyWindow(truths.map((truth) => windowTruth(truth, from, Math.min(to, truth.now + 1), only)));
}

const total = (rows: readonly { readonly count: number }[]) => rows.reduce((sum, { count }) => sum + count, 0);

/**
 * GET /api/fleet/stats of [from, to): metrics, and what is counted by reason, by dials and by time. `truths`: as of when it may
 * have been told, oldest first.
 */
export function compareStats(stats: FleetStats, truths: readonly FleetTruth[]): readonly Disagreement[] {
  const found = new Findings();
  const [from, to] = [atOf(stats.from), atOf(stats.to)];
  const all = toldWindow(truths, from, to);
  compareMetrics(found, "stats.metrics", stats.metrics, all);
  compareDogTime(found, "stats.metrics", stats.metrics, truths, { from, to });
  found.number("stats.attempts.recovered", total(stats.attempts.recovered), all.recovered);
  found.number("stats.attempts.gave_up", stats.attempts.gave_up, all.gaveUp);
  const dials = stats.attempts.recovered.reduce((sum, step) => sum + step.dials * step.count, 0);
  found.number("stats.attempts: all dials", dials, all.dials);
  found.number("stats.delays.recovered", stats.delays.recovered, all.recovered);
  found.number("stats.delays: all bars", total(stats.delays.recover), all.recovered);
  found.percentiles("stats.delays", { p50: stats.delays.p50_ms, p95: stats.delays.p95_ms }, all);
  // The log tells nothing of waits.
  found.same("stats.delays: all waits", total(stats.delays.waits), stats.delays.reported);
  compareReasons(found, stats, truths, all);
  return [...found.all, ...compareOutcomes(stats, truths), ...compareStates(stats, truths)];
}

function compareReasons(found: Findings, stats: FleetStats, truths: readonly FleetTruth[], all: WindowTruth): void {
  const [from, to] = [atOf(stats.from), atOf(stats.to)];
  const begun = (window: WindowTruth): Span => [window.outages[0] + window.auth[0], window.outages[1] + window.auth[1]];
  const counts = stats.reasons.flatMap((bucket) => Object.entries(bucket.counts));
  for (const reason of new Set(counts.map(([code]) => code))) {
    const said = counts.reduce((sum, [code, count]) => sum + (code === reason ? count : 0), 0);
    const { may, must } = windowsOfReason(reason, truths, from, to);
    found.number(`stats.reasons ${reason}`, said, [begun(must)[0], begun(may)[1]]);
  }
  // The auth lane is among them, or not: one dog's outage moves there and stays one.
  const allBegun: Span = [begun(all)[0] - (all.auth[1] - all.auth[0]), begun(all)[1]];
  found.number(
    "stats.reasons: all",
    counts.reduce((sum, [, count]) => sum + count, 0),
    allBegun,
  );
  found.number("stats.reasons_total", stats.reasons_total, allBegun);
  found.number("stats.heat: all", total(stats.heat), allBegun);
}

/** Outages that may have begun by this reason, and those that can have begun by no other. */
function windowsOfReason(reason: string, truths: readonly FleetTruth[], from: number, to: number) {
  return {
    may: toldWindow(truths, from, to, ({ reasons }) => reasons.some((one) => one === reason)),
    must: toldWindow(truths, from, to, ({ reasons }) => reasons.every((one) => one === reason)),
  };
}

/** The groups of one grouping: each is its dogs' (there is one gateway), or its reason's outages. Together they are the fleet. */
export function compareGroups(
  stats: Pick<FleetStats, "from" | "to" | "groups">,
  by: StatsGrouping,
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  const [from, to] = [atOf(stats.from), atOf(stats.to)];
  for (const { key, metrics } of stats.groups) {
    const where = `stats by ${by} "${key}"`;
    if (by === "reason") compareReason(found, where, metrics, windowsOfReason(key, truths, from, to));
    else {
      const its = truths.map((truth) =>
        by === "gateway" ? truth : ofDogs(truth, ({ story }) => (story[by] ?? "") === key),
      );
      compareMetrics(found, where, metrics, toldWindow(its, from, to));
      compareDogTime(found, where, metrics, its, { from, to });
    }
  }
  if (by === "gateway" && stats.groups.length !== 1)
    found.say("stats by gateway", stats.groups.map(({ key }) => key).join(", "), "one gateway");
  const all = toldWindow(truths, from, to);
  for (const [field, of] of COUNTS)
    found.number(
      `stats by ${by}: all ${field}`,
      stats.groups.reduce((sum, { metrics }) => sum + metrics[field], 0),
      all[of],
    );
  return found.all;
}

/** A drop may have had one reason or another: what is counted lies between those that must and those that may. */
function compareReason(
  found: Findings,
  where: string,
  said: Metrics,
  { may, must }: { readonly may: WindowTruth; readonly must: WindowTruth },
): void {
  for (const [field, of] of COUNTS) found.number(`${where}.${field}`, said[field], [must[of][0], may[of][1]]);
  found.same(`${where}.availability`, said.availability, null);
  compareRate(found, where, said);
}

export function compareMetrics(found: Findings, where: string, said: Metrics, truth: WindowTruth): void {
  for (const [field, of] of COUNTS) found.number(`${where}.${field}`, said[field], truth[of]);
  found.percentiles(`${where}.recover_ms`, said.recover_ms, truth);
  found.number(`${where}.recover_ms.mean`, said.recover_ms.mean, truth.meanRecoverMs, ROUNDED_MS);
  found.number(`${where}.dials.p50`, said.dials.p50, truth.dialsOf(0.5));
  found.number(`${where}.dials.p95`, said.dials.p95, truth.dialsOf(0.95));
  found.number(`${where}.dials.mean`, said.dials.mean, truth.meanDials, 0.01);
  compareRate(found, where, said);
}

function compareRate(found: Findings, where: string, said: Metrics): void {
  const { recovered, decided, gave_up } = said;
  found.same(`${where}.decided`, decided, recovered + gave_up);
  found.same(`${where}.success_rate`, said.success_rate, decided === 0 ? null : recovered / decided, RATE_SLACK);
}

/** What a window's dogs were expected, down and silent, and what follows: availability, time between outages; and flaps. */
export function compareDogTime(
  found: Findings,
  where: string,
  said: Metrics,
  truths: readonly FleetTruth[],
  { from, to }: Shown,
): void {
  const times = truths.map((truth) => dogTime(truth, from, to));
  const [expected, down, silent] = (["expected", "down", "silent"] as const).map((of) =>
    anyOf(times.map((time) => time[of])),
  ) as [Span, Span, Span];
  found.number(`${where}.expected_ms`, said.expected_ms, expected);
  found.number(`${where}.down_ms`, said.down_ms, down);
  found.number(`${where}.silent_ms`, said.silent_ms, silent);
  const { outages } = toldWindow(truths, from, to);
  found.number(`${where}.availability`, said.availability, shareUp(expected, down), RATE_SLACK);
  found.number(`${where}.mean_between_ms`, said.mean_between_ms, upBetween(expected, down, outages), ROUNDED_MS);
  const upMs = said.expected_ms - said.down_ms;
  const share = said.expected_ms === 0 ? null : upMs / said.expected_ms;
  found.same(`${where}.availability`, said.availability, share, RATE_SLACK);
  const between = said.outages === 0 || said.expected_ms === 0 ? null : upMs / said.outages;
  found.same(`${where}.mean_between_ms`, said.mean_between_ms, between, ROUNDED_MS);
  found.number(`${where}.flaps`, said.flaps, anyOf(truths.map((truth) => flapsWithin(truth, from, to))));
}

/** What was decided, begun and flapped in each bucket that is over, and how it was there; and what all of them add up to. */
export function compareOutcomes(
  stats: Pick<FleetStats, "from" | "to" | "reason_bucket_ms" | "outcomes" | "metrics">,
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  const [from, to] = [atOf(stats.from), atOf(stats.to)];
  const { outcomes, metrics } = stats;
  const add = (field: "outages" | "recovered" | "gave_up" | "flaps") =>
    outcomes.reduce((sum, bucket) => sum + bucket[field], 0);
  found.same("stats.outcomes: all outages", add("outages"), metrics.outages);
  found.same("stats.outcomes: all flaps", add("flaps"), metrics.flaps);
  const decided = (at: number, end: number) => truths.map((truth) => decidedTruth(truth, at, end));
  const all = decided(from, to);
  found.number("stats.outcomes: all recovered", add("recovered"), anyOf(all.map(({ recovered }) => recovered)));
  found.number("stats.outcomes: all gave_up", add("gave_up"), anyOf(all.map(({ gaveUp }) => gaveUp)));
  for (const { bucket, at, end } of overBuckets(outcomes, stats.reason_bucket_ms, { from, to }, truths)) {
    const where = `stats.outcomes ${bucket.at}`;
    const its = decided(at, end);
    const times = truths.map((truth) => dogTime(truth, at, end));
    const [expected, down] = [anyOf(times.map((time) => time.expected)), anyOf(times.map((time) => time.down))];
    found.number(`${where} outages`, bucket.outages, toldWindow(truths, at, end).outages);
    found.number(`${where} recovered`, bucket.recovered, anyOf(its.map(({ recovered }) => recovered)));
    found.number(`${where} gave_up`, bucket.gave_up, anyOf(its.map(({ gaveUp }) => gaveUp)));
    found.number(`${where} flaps`, bucket.flaps, anyOf(truths.map((truth) => flapsWithin(truth, at, end))));
    found.number(`${where} availability`, bucket.availability, shareUp(expected, down), RATE_SLACK);
  }
  return found.all;
}

/** Mean dogs in each state, of each bucket that is over: whole dogs, rounded so that none is lost between two states. */
export function compareStates(
  stats: Pick<FleetStats, "from" | "to" | "bucket_ms" | "states">,
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  const window = { from: atOf(stats.from), to: atOf(stats.to) };
  for (const { bucket, at, end } of overBuckets(stats.states, stats.bucket_ms, window, truths)) {
    for (const state of STATES) {
      const [least, most] = anyOf(truths.map((truth) => stateTime(truth, state, at, end)));
      found.number(`stats.states ${bucket.at} ${state}`, bucket[state], [least / (end - at), most / (end - at)], 1);
    }
  }
  return found.all;
}

/** The part in the window of each bucket that was over when the first was told, from the fleet's first line on. */
function overBuckets<B extends { readonly at: string }>(
  buckets: readonly B[],
  sizeMs: number,
  { from, to }: Shown,
  truths: readonly FleetTruth[],
): readonly { readonly bucket: B; readonly at: number; readonly end: number }[] {
  const toldBy = Math.min(...truths.map(({ now }) => now));
  const begins = Math.min(...truths.flatMap(({ dogs }) => dogs.flatMap(({ story }) => story.links[0]?.dialedAt ?? [])));
  return buckets.flatMap((bucket) => {
    const end = atOf(bucket.at) + sizeMs;
    const isOver = end <= Math.min(to, toldBy) && end > begins;
    return isOver ? [{ bucket, at: Math.max(from, atOf(bucket.at)), end }] : [];
  });
}
