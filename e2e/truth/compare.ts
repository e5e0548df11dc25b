import type { FleetSummary, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { STATES } from "./compare-stats.ts";
import { atOf, type Disagreement, Findings, iso } from "./findings.ts";
import type { Counters } from "./gateway-says.ts";
import { sessionsOf } from "./sessions.ts";
import { inWords, within } from "./span.ts";
import {
  countFlapping,
  countState,
  type DogTruth,
  type FleetTruth,
  flapsWithin,
  isKnown,
  possibleStates,
  sumOf,
  windowTruth,
} from "./truth.ts";
import { statesAt, type TrueOutage, type World } from "./worlds.ts";

/** Of the dogs, as many may have a day of which nothing can be said. */
const UNCLEAR_SHARE = 0.1;

/** GET /api/fleet/summary against the log. */
export function compareSummary(summary: FleetSummary, truth: FleetTruth): readonly Disagreement[] {
  const found = new Findings();
  const { now } = truth;
  found.number(
    "summary.known",
    summary.known,
    sumOf(truth, (world) => isKnown(world, now)),
  );
  for (const state of STATES) found.number(`summary.${state}`, summary[state], countState(truth, state));
  found.number("summary.flaps_10m", summary.flaps_10m, flapsWithin(truth, now - truth.settings.flapWindowMs, now + 1));
  found.number("summary.flapping", summary.flapping, countFlapping(truth));
  const hour = windowTruth(truth, atOf(summary.last_hour.from), now + 1);
  found.number("summary.last_hour.outages", summary.last_hour.outages, hour.outages);
  found.number("summary.last_hour.recovered", summary.last_hour.recovered, hour.recovered);
  found.number("summary.last_hour.gave_up", summary.last_hour.gave_up, hour.gaveUp);
  found.number("summary.last_hour.open", summary.last_hour.open, hour.open);
  found.number("summary.last_hour.auth_outages", summary.last_hour.auth_outages, hour.auth);
  const { p50, p95 } = summary.last_hour.recover_ms;
  found.percentiles("summary.last_hour.recover_ms", { p50, p95 }, hour);
  return found.all;
}

/** The rows of `/api/dogs` or `/api/reconnection/active`, each against its dog, and whether any is missing. */
export function compareRows(
  where: string,
  rows: readonly DogRow[],
  truth: FleetTruth,
  belongs: (state: string) => boolean = () => true,
): readonly Disagreement[] {
  const found = new Findings();
  const byName = new Map(rows.map((row) => [row.client_id, row]));
  if (byName.size !== rows.length) found.say(where, `${rows.length} rows`, `${byName.size} dogs: one twice`);
  for (const dog of truth.dogs) {
    const { sn } = dog.story;
    const row = byName.get(sn);
    byName.delete(sn);
    const possible = possibleStates(dog, truth.now);
    const states = [...possible];
    if (row) compareRow(`${where} ${sn}`, row, dog, truth, found);
    else if (
      states.length > 0 &&
      states.every(belongs) &&
      dog.worlds.every((world) => isKnown(world, truth.now)[0] === 1)
    )
      found.say(`${where} ${sn}`, "no row", states.join(" or "));
  }
  for (const sn of byName.keys()) if (!truth.unclear.includes(sn)) found.say(`${where} ${sn}`, "a row", "no such dog");
  return found.all;
}

function compareRow(where: string, row: DogRow, dog: DogTruth, truth: FleetTruth, found: Findings): void {
  const { story } = dog;
  const { now } = truth;
  const fits = dog.worlds.flatMap((world) =>
    statesAt(world, now).filter(({ states }) => states.some((s) => s === row.state)),
  );
  if (fits.length === 0) {
    found.say(`${where} state`, row.state, [...possibleStates(dog, now)].join(" or "));
    return;
  }
  const says = (field: string, said: unknown, expected: unknown) => {
    if (said !== expected) found.say(`${where} ${field}`, String(said), String(expected));
  };
  says("site", row.site, story.site);
  says("network", row.network, story.network);
  says("firmware", row.firmware, story.firmware);
  says("app_id", row.app_id, story.app);
  says("is_connected", row.is_connected, ["connected", "silent", "settling"].includes(row.state));
  const isOut = ["reconnecting", "refused", "probing", "gave_up"].includes(row.state);
  if (isOut && !fits.some(({ reasons }) => reasons.some((reason) => reason === row.reason_code))) {
    const expected = new Set(fits.flatMap(({ reasons }) => reasons));
    found.say(`${where} reason_code`, String(row.reason_code), [...expected].join(" or "));
  }
  const flaps = dog.worlds.map((world) => {
    const { flapWindowMs } = truth.settings;
    return world.flaps.filter((at) => at[1] > now - flapWindowMs && at[0] <= now).length;
  });
  found.number(`${where} flaps`, row.flaps, [Math.min(...flaps) - pending(dog, now), Math.max(...flaps)]);
  if (row.since !== null && (isOut || row.state === "settling")) compareSince(where, row, dog, truth, found);
}

/** Flaps on their way to the gateway. */
function pending({ worlds }: DogTruth, now: number): number {
  return Math.max(...worlds.map((world) => world.flaps.filter((at) => at[0] <= now && at[1] > now).length));
}

function compareSince(where: string, row: DogRow, { worlds }: DogTruth, { now }: FleetTruth, found: Findings): void {
  const since = atOf(row.since ?? "");
  const open = worlds.flatMap((world) =>
    world.outages.filter((one) => one.detected[0] <= now && (one.ended === null || one.ended.told[1] >= now)),
  );
  if (open.some(({ begins }) => within(since, begins))) return;
  const expected = open.map(({ begins }) => `${iso(begins[0])} to ${iso(begins[1])}`);
  found.say(`${where} since`, row.since ?? "none", expected.join(" or ") || "no outage");
}

/** The outages of the export or of a dog's timeline, row by row. */
export function compareOutages(
  where: string,
  rows: readonly OutageRecord[],
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  const rowsOf = Map.groupBy(rows, ({ client_id }) => client_id);
  const tellings = Map.groupBy(
    truths.flatMap((truth) => truth.dogs.map((dog) => ({ dog, truth }))),
    ({ dog }) => dog.story.sn,
  );
  for (const [sn, ways] of tellings) {
    const mine = [...(rowsOf.get(sn) ?? [])].sort((a, b) => atOf(a.since) - atOf(b.since));
    rowsOf.delete(sn);
    const attempts = ways.flatMap(({ dog, truth }) =>
      dog.worlds.map((world) => outagesOfDog(`${where} ${sn}`, mine, world, dog, truth)),
    );
    const best = attempts.sort((a, b) => a.length - b.length)[0];
    found.all.push(...(best ?? []));
  }
  for (const [sn, extra] of rowsOf)
    if (!truths.some((truth) => truth.unclear.includes(sn)))
      found.say(`${where} ${sn}`, `${extra.length} outages`, "no such dog");
  return found.all;
}

function outagesOfDog(
  where: string,
  rows: readonly OutageRecord[],
  world: World,
  dog: DogTruth,
  truth: FleetTruth,
): readonly Disagreement[] {
  const found = new Findings();
  const told = world.outages.filter(({ detected }) => detected[0] <= truth.now);
  const left = [...rows];
  for (const outage of told) {
    const index = left.findIndex((row) => within(atOf(row.since), outage.begins));
    const [row] = index < 0 ? [] : left.splice(index, 1);
    if (row) compareOutage(`${where} ${row.since}`, row, outage, dog, truth, found);
    else if (outage.detected[1] <= truth.now)
      found.say(
        where,
        `no outage (${rows.map(({ since }) => since).join(", ")})`,
        `one since ${iso(outage.begins[0])} to ${iso(outage.begins[1])}`,
      );
  }
  for (const row of left) found.say(where, `an outage since ${row.since}`, "none then");
  return found.all;
}

function compareOutage(
  where: string,
  row: OutageRecord,
  outage: TrueOutage,
  { story }: DogTruth,
  { now }: FleetTruth,
  found: Findings,
): void {
  const says = (field: string, said: unknown, isTrue: boolean, expected: string) => {
    if (!isTrue) found.say(`${where} ${field}`, String(said), expected);
  };
  const { detected, reasons, ended, gaveUp, dials, authAt } = outage;
  says("detected_at", row.detected_at, within(atOf(row.detected_at), detected), detected.map(iso).join(" to "));
  says("reason_code", row.reason_code, reasons.includes(row.reason_code), reasons.join(" or "));
  const mayBeAuth = authAt !== null && authAt[0] <= now;
  const mustBeAuth = authAt !== null && authAt[1] <= now;
  const isAuth = row.category === "auth";
  says("category", row.category, isAuth ? mayBeAuth : !mustBeAuth, mustBeAuth ? "auth" : "not auth");
  for (const field of ["site", "network", "firmware"] as const)
    says(field, row[field], row[field] === story[field], String(story[field]));
  const outcomes: (string | null)[] = [];
  const hasGivenUp = gaveUp !== null && gaveUp[0] <= now;
  if (ended && ended.told[0] <= now) outcomes.push(ended.outcome);
  if (!ended || ended.told[1] > now) outcomes.push(hasGivenUp ? "gave_up" : null);
  if (gaveUp !== null && gaveUp[0] <= now && gaveUp[1] > now) outcomes.push(null);
  says("outcome", row.outcome, outcomes.includes(row.outcome), outcomes.map(String).join(" or "));
  if (row.outcome === null) return;
  const endsAt = row.outcome === "gave_up" ? gaveUp : ended?.at;
  if (endsAt) says("ended_at", row.ended_at, within(atOf(row.ended_at ?? ""), endsAt), endsAt.map(iso).join(" to "));
  if (row.outcome === "recovered" || row.outcome === "returned") {
    says("dials", row.dials, dials !== null && within(row.dials ?? -1, dials), dials ? inWords(dials) : "none");
    says("source", row.source, row.source === outage.source, String(outage.source));
  }
}

/** A dog that may have gone too many ways is held to nothing: there may be few of them. */
export function compareUnclear({ dogs, unclear }: FleetTruth): readonly Disagreement[] {
  const found = new Findings();
  if (unclear.length > 0 && unclear.length >= UNCLEAR_SHARE * (dogs.length + unclear.length))
    found.say("the log", `${unclear.length} dogs unclear`, `less than a tenth of ${dogs.length + unclear.length}`);
  return found.all;
}

/** Counters of /metrics since the gateway's start: each login, each end, each outage and flap. */
export function compareCounters(counter: Counters, truth: FleetTruth): readonly Disagreement[] {
  const found = new Findings();
  const { now, settings } = truth;
  const all = windowTruth(truth, 0, now + 1);
  const sessions = truth.dogs.map(({ story }) => sessionsOf(story, settings).filter(({ start }) => start[0] <= now));
  const sure = sessions.map((its) => its.filter(({ isSure, start }) => isSure && start[1] <= now).length);
  const add = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
  found.number("metrics logins", counter.sum("leash_logins_total"), [
    add(sure),
    add(sessions.map(({ length }) => length)),
  ]);
  found.number("metrics flaps", counter.sum("leash_flaps_total"), all.flaps);
  return found.all;
}
