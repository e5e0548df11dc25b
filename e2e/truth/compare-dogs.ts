import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { LeastStable } from "#lib/contracts/fleet.ts";
import { toldWindow } from "./compare-stats.ts";
import { atOf, type Disagreement, Findings, iso } from "./findings.ts";
import { anyOf } from "./span.ts";
import { decidedTruth, dogTime, type FleetTruth, flapsWithin, ofDogs, shareUp, upBetween } from "./truth.ts";
import { statesAt, type TrueState, type World } from "./worlds.ts";

type LaneState = DogDetail["timeline"]["spans"][number]["state"];

/** How steady one dog was. `truths` are of that dog alone, as of when it may have been told; none where it is unclear. */
export function compareStability(
  where: string,
  said: DogDetail["stability"],
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  if (truths.some(({ dogs }) => dogs.length !== 1)) return [];
  const [from, to] = [atOf(said.from), atOf(said.to)];
  const decided = truths.map((truth) => decidedTruth(truth, from, to + 1));
  const times = truths.map((truth) => dogTime(truth, from, to));
  const [expected, down] = [anyOf(times.map((time) => time.expected)), anyOf(times.map((time) => time.down))];
  const { outages, meanRecoverMs } = toldWindow(truths, from, to + 1);
  found.number(`${where} outages`, said.outages, outages);
  found.number(`${where} recovered`, said.recovered, anyOf(decided.map(({ recovered }) => recovered)));
  found.number(`${where} gave_up`, said.gave_up, anyOf(decided.map(({ gaveUp }) => gaveUp)));
  found.number(`${where} flaps`, said.flaps, anyOf(truths.map((truth) => flapsWithin(truth, from, to + 1))));
  found.number(`${where} availability`, said.availability, shareUp(expected, down), 1e-6);
  found.number(`${where} mean_between_ms`, said.mean_between_ms, upBetween(expected, down, outages), 1);
  found.number(`${where} mean_recover_ms`, said.mean_recover_ms, meanRecoverMs, 1);
  found.number(`${where} watched_ms`, said.watched_ms, anyOf(times.map((time) => time.known)));
  found.same(`${where} unknown_ms`, said.unknown_ms, to - from - said.watched_ms);
  return found.all;
}

/** A dog's lane, looked at in the middle of each of its stretches and of each of the log's; `through`: told for certain. */
export function compareSpans(
  where: string,
  { spans }: Pick<DogDetail["timeline"], "spans">,
  truth: FleetTruth,
  through: number,
): readonly Disagreement[] {
  const found = new Findings();
  const [dog] = truth.dogs;
  if (!dog) return [];
  const drawn = spans.map(({ from, to, state }) => ({ from: atOf(from), to: atOf(to), state }));
  const changes = dog.worlds.flatMap((world) => [world.seenAt ?? [], ...world.changes.map(({ from }) => from)].flat());
  const looks = [...middles(drawn.flatMap(({ from, to }) => [from, to])), ...middles(changes)];
  for (const at of new Set(looks.filter((one) => one <= through))) {
    const said = drawn.find(({ from, to }) => from <= at && at < to)?.state ?? "nothing";
    const may = new Set(dog.worlds.flatMap((world) => laneAt(world, at)));
    if (said === "nothing" || !may.has(said)) found.say(`${where} at ${iso(at)}`, said, [...may].join(" or "));
  }
  return found.all;
}

function middles(instants: readonly number[]): readonly number[] {
  const sorted = [...new Set(instants)].sort((a, b) => a - b);
  return sorted.slice(1).map((at, index) => Math.floor((at + (sorted[index] ?? at)) / 2));
}

function laneAt(world: World, at: number): readonly LaneState[] {
  const { seenAt } = world;
  const states = statesAt(world, at).flatMap((change) => change.states.map(laneState));
  if (seenAt === null || seenAt[0] > at) return ["unknown"];
  return seenAt[1] > at ? ["unknown", ...states] : states;
}

function laneState(state: TrueState): LaneState {
  return state === "reconnecting" || state === "probing" ? "waiting" : state;
}

/** GET /api/fleet/least-stable: who it names, in which order, with what counts, and whether another should stand there. */
export function compareLeastStable(
  { from: begins, to: ends, items }: LeastStable,
  limit: number,
  truths: readonly FleetTruth[],
): readonly Disagreement[] {
  const found = new Findings();
  const [from, to] = [atOf(begins), atOf(ends)];
  const oneOf = (sn: string) => truths.map((truth) => ofDogs(truth, ({ story }) => story.sn === sn));
  for (const [index, item] of items.entries()) {
    const { client_id: sn } = item;
    const where = `least stable ${sn}`;
    const its = oneOf(sn);
    const before = items[index - 1];
    if (before && before.outages < item.outages) found.say(where, `after ${before.client_id}`, "more outages first");
    if (items.findIndex(({ client_id }) => client_id === sn) !== index) found.say(where, "twice", "once");
    if (its.every(({ dogs }) => dogs.length === 0)) {
      if (!truths.some(({ unclear }) => unclear.includes(sn))) found.say(where, "a row", "no such dog");
      continue;
    }
    const window = toldWindow(its, from, to);
    found.number(`${where} outages`, item.outages, window.outages);
    found.number(`${where} recovered`, item.recovered, window.recovered);
    found.number(`${where} gave_up`, item.gave_up, window.gaveUp);
    found.number(`${where} mean_recover_ms`, item.mean_recover_ms, window.meanRecoverMs, 1);
    found.number(`${where} flaps`, item.flaps, anyOf(its.map((truth) => flapsWithin(truth, from, to))));
  }
  const named = new Set(items.map(({ client_id }) => client_id));
  const enough = items.length < limit ? 0 : (items.at(-1)?.outages ?? 0);
  for (const { story } of truths.at(-1)?.dogs ?? []) {
    if (named.has(story.sn)) continue;
    const least = toldWindow(oneOf(story.sn), from, to).outages[0];
    if (least > enough) found.say(`least stable ${story.sn}`, "no row", `${least} outages at least`);
  }
  return found.all;
}
