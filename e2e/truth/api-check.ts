import type { LogLine } from "#dog/fleet/fleet-log.ts";
import type { DogDetail, DogTimeline } from "#lib/contracts/dogs.ts";
import {
  type FleetStats,
  type FleetSummary,
  type LeastStable,
  type OutageRecord,
  STATS_GROUPINGS,
  type StatsGrouping,
} from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { compareCounters, compareOutages, compareRows, compareSummary, compareUnclear } from "./compare.ts";
import { compareLeastStable, compareSpans, compareStability } from "./compare-dogs.ts";
import { compareGroups, compareStats } from "./compare-stats.ts";
import { atOf, type Disagreement } from "./findings.ts";
import type { Counters, GatewaySays } from "./gateway-says.ts";
import type { TruthSettings } from "./settings.ts";
import { truthAt } from "./truth.ts";

const ACTIVE = ["settling", "reconnecting", "refused", "probing", "gave_up"];
const LEAST_STABLE = 100;

interface Rows {
  readonly asOf: number;
  readonly rows: readonly DogRow[];
}

/** What a gateway answered, each with when. */
export interface Answers {
  readonly summary: FleetSummary;
  readonly dogs: Rows;
  readonly active: Rows;
  readonly stats: readonly { readonly query: string; readonly stats: FleetStats }[];
  readonly groups: readonly { readonly by: StatsGrouping; readonly stats: FleetStats }[];
  readonly leastStable: { readonly asOf: number; readonly said: LeastStable } | null;
  readonly outages: { readonly asOf: number; readonly rows: readonly OutageRecord[] };
  readonly details: readonly DogDetail[];
  readonly timelines: readonly DogTimeline[];
  readonly counters: { readonly asOf: number; readonly counters: Counters } | null;
  /** When the last of them came. */
  readonly until: number;
}

/** What is asked again and again while faults go on: counts, lists, the newest window. */
export async function askNow(says: GatewaySays): Promise<Answers> {
  const summary = await says.summary();
  const dogs = await says.rows("/api/dogs");
  const active = await says.rows("/api/reconnection/active");
  const stats = [{ query: "window=15m", stats: await says.stats("window=15m") }];
  const outages = { rows: await says.outages(""), asOf: Date.now() };
  const nothing = { groups: [], leastStable: null, details: [], timelines: [], counters: null };
  return { summary, dogs, active, stats, outages, ...nothing, until: Date.now() };
}

/** Everything the API tells of a fleet whose first dog came after `from`. */
export async function askAll(says: GatewaySays, from: number): Promise<Answers> {
  const now = await askNow(says);
  const middle = Math.floor((from + (Date.now() - from) / 2) / 60_000) * 60_000;
  const queries = ["1h", "6h", "24h", "7d", "30d"].map((window) => `window=${window}`);
  queries.push(`from=${from}&to=${Date.now()}`);
  // Whole minutes: what is kept is kept by the minute.
  if (middle > from) queries.push(`from=${middle}`, `from=${from}&to=${middle}`);
  const stats = [...now.stats];
  for (const query of queries) stats.push({ query, stats: await says.stats(query) });
  const groups: Answers["groups"][number][] = [];
  for (const by of STATS_GROUPINGS) groups.push({ by, stats: await says.stats(`window=15m&by=${by}`) });
  const leastStable = { said: await says.leastStable(`window=15m&limit=${LEAST_STABLE}`), asOf: Date.now() };
  const details: DogDetail[] = [];
  const timelines: DogTimeline[] = [];
  for (const { client_id } of now.dogs.rows) {
    details.push(await says.dog(client_id));
    timelines.push(await says.timeline(client_id));
  }
  const counters = { counters: await says.counters(), asOf: Date.now() };
  return { ...now, stats, groups, leastStable, details, timelines, counters, until: Date.now() };
}

/** The answers against a log that is whole up to the last of them. */
export function compareAll(
  answers: Answers,
  lines: readonly LogLine[],
  settings: TruthSettings,
): readonly Disagreement[] {
  const { tellingMs } = settings.tolerance;
  const at = (instant: number) => truthAt(lines, instant, settings);
  const tellings = (instant: number) => [instant - tellingMs, instant - tellingMs / 2, instant];
  const told = (instant: number) => tellings(instant).map(at);
  const { summary, dogs, active, outages, counters } = answers;
  const found: Disagreement[] = [
    ...compareUnclear(at(answers.until)),
    ...compareSummary(summary, at(atOf(summary.as_of))),
    ...compareRows("dogs", dogs.rows, at(dogs.asOf)),
    ...compareRows("active", active.rows, at(active.asOf), (state) => ACTIVE.includes(state)),
    ...compareOutages("outages", outages.rows, told(outages.asOf)),
  ];
  for (const { query, stats } of answers.stats) {
    const said = compareStats(stats, told(atOf(stats.as_of)));
    found.push(...said.map((one) => ({ ...one, where: `${query}: ${one.where}` })));
  }
  for (const { by, stats } of answers.groups) found.push(...compareGroups(stats, by, told(atOf(stats.as_of))));
  if (answers.leastStable) {
    const { said, asOf } = answers.leastStable;
    found.push(...compareLeastStable(said, LEAST_STABLE, told(asOf)));
  }
  if (counters) found.push(...compareCounters(counters.counters, at(counters.asOf)));
  const linesOf = Map.groupBy(lines, (line) => ("sn" in line ? line.sn : ""));
  const alone = (asOf: number, sn: string) => {
    const its = [...(linesOf.get("") ?? []), ...(linesOf.get(sn) ?? [])];
    return tellings(asOf).map((instant) => truthAt(its, instant, settings));
  };
  for (const { as_of, row, stability, timeline } of answers.details) {
    const { client_id: sn } = row;
    const truths = alone(atOf(as_of), sn);
    const newest = truths.slice(-1);
    found.push(
      ...newest.flatMap((truth) => compareRows("detail", [row], truth)),
      ...newest.flatMap((truth) => compareSpans(`detail ${sn} lane`, timeline, truth, atOf(as_of) - tellingMs)),
      ...compareStability(`detail ${sn} stability`, stability, truths),
    );
  }
  for (const [index, { as_of, outages, stability, timeline }] of answers.timelines.entries()) {
    const sn = answers.details[index]?.row.client_id ?? "";
    const truths = alone(atOf(as_of), sn);
    found.push(
      ...compareOutages("timeline", outages, truths),
      ...truths
        .slice(-1)
        .flatMap((truth) => compareSpans(`timeline ${sn} lane`, timeline, truth, atOf(as_of) - tellingMs)),
      ...compareStability(`timeline ${sn} stability`, stability, truths),
    );
  }
  return found;
}
