import type { LogLine } from "#dog/fleet/fleet-log.ts";
import { type DogStory, type Log, readLog } from "./read-log.ts";
import type { TruthSettings } from "./settings.ts";
import { anyOf, both, type Chance, not, passed, percentile, plus, type Span, sum } from "./span.ts";
import { statesAt, type TrueOutage, type TrueState, type World, worldsOf } from "./worlds.ts";

export interface DogTruth {
  readonly story: DogStory;
  readonly worlds: readonly World[];
}

/** What should be true of a fleet at `now`, from the simulator's log alone. */
export interface FleetTruth {
  readonly now: number;
  readonly settings: TruthSettings;
  readonly log: Log;
  readonly dogs: readonly DogTruth[];
  /** Dogs of which too much is open for anything to be said. */
  readonly unclear: readonly string[];
}

/** Throws a LogError where the log cannot be the truth. */
export function truthAt(lines: readonly LogLine[], now: number, settings: TruthSettings): FleetTruth {
  const log = readLog(lines, now);
  const dogs: DogTruth[] = [];
  const unclear: string[] = [];
  for (const story of log.stories) {
    const worlds = worldsOf(story, settings);
    if (worlds === null) unclear.push(story.sn);
    else dogs.push({ story, worlds });
  }
  return { now, settings, log, dogs, unclear };
}

/** The same of some dogs alone. */
export function ofDogs(truth: FleetTruth, isOne: (dog: DogTruth) => boolean): FleetTruth {
  return { ...truth, dogs: truth.dogs.filter(isOne) };
}

/** Sums what each dog gives, whichever of its worlds is the true one. */
export function sumOf({ dogs }: FleetTruth, of: (world: World, dog: DogTruth) => Span): Span {
  return sum(dogs.map((dog) => anyOf(dog.worlds.map((world) => of(world, dog)))));
}

export const isKnown = (world: World, now: number): Chance =>
  world.seenAt === null ? [0, 0] : passed(world.seenAt, now);

/** How many dogs are in `state`. */
export function countState(truth: FleetTruth, state: TrueState): Span {
  return sumOf(truth, (world) => chanceOfState(world, truth.now, state));
}

function chanceOfState(world: World, now: number, state: TrueState): Chance {
  const possible = statesAt(world, now);
  const isPossible = possible.some(({ states }) => states.includes(state));
  const isSure = isPossible && possible.every(({ states }) => states.length === 1 && states[0] === state);
  return [isSure && isKnown(world, now)[0] === 1 ? 1 : 0, isPossible ? 1 : 0];
}

export function flapsWithin(truth: FleetTruth, from: number, to: number): Span {
  return sumOf(truth, (world) => sum(world.flaps.map((flap) => inWindow(flap, from, Math.min(to, truth.now + 1)))));
}

export function countFlapping(truth: FleetTruth): Span {
  const { flapWindowMs, flappingFrom } = truth.settings;
  return sumOf(truth, (world) => {
    const recent = sum(world.flaps.map((flap) => inWindow(flap, truth.now - flapWindowMs, truth.now + 1)));
    return [recent[0] >= flappingFrom ? 1 : 0, recent[1] >= flappingFrom ? 1 : 0];
  });
}

function inWindow(at: Span, from: number, to: number): Chance {
  return both(passed([at[0], at[1]], to - 1), not(passed([at[0], at[1]], from - 1)));
}

export type OutageFilter = (outage: TrueOutage, dog: DogTruth) => boolean;

/** The outages that began in [from, to), as far as the gateway knew of them by `now`. */
export interface WindowTruth {
  readonly outages: Span;
  readonly auth: Span;
  readonly recovered: Span;
  readonly gaveUp: Span;
  readonly returned: Span;
  readonly withdrawn: Span;
  readonly open: Span;
  readonly flaps: Span;
  readonly recoverMs: (share: number) => Span | null;
  readonly meanRecoverMs: Span | null;
  readonly dials: Span;
  readonly dialsOf: (share: number) => Span | null;
  readonly meanDials: Span | null;
}

interface Counted {
  readonly begun: Chance;
  readonly auth: Chance;
  readonly recovered: Chance;
  readonly gaveUp: Chance;
  readonly returned: Chance;
  readonly withdrawn: Chance;
  readonly open: Chance;
}

const FIELDS = ["begun", "auth", "recovered", "gaveUp", "returned", "withdrawn", "open"] as const;

export function windowTruth(truth: FleetTruth, from: number, to: number, only: OutageFilter = () => true): WindowTruth {
  const counted = (field: keyof Counted): Span =>
    sumOf(truth, (world, dog) =>
      sum(world.outages.filter((one) => only(one, dog)).map((one) => count(one, truth, from, to)[field])),
    );
  const [begun, auth, recovered, gaveUp, returned, withdrawn, open] = FIELDS.map(counted);
  const times = recoveries(truth, from, to, only, recoverMs);
  const dials = recoveries(truth, from, to, only, (outage) => outage.dials ?? [0, 0]);
  return {
    outages: begun ?? [0, 0],
    auth: auth ?? [0, 0],
    recovered: recovered ?? [0, 0],
    gaveUp: gaveUp ?? [0, 0],
    returned: returned ?? [0, 0],
    withdrawn: withdrawn ?? [0, 0],
    open: open ?? [0, 0],
    flaps: flapsWithin(truth, from, to),
    recoverMs: (share) => percentile(times.sure, times.perhaps, share),
    meanRecoverMs: meanOf(times),
    dialsOf: (share) => percentile(dials.sure, dials.perhaps, share),
    meanDials: meanOf(dials),
    dials: sumOf(truth, (world, dog) =>
      sum(
        world.outages
          .filter((one) => only(one, dog))
          .map((one): Span => {
            const [least, most] = count(one, truth, from, to).recovered;
            return [least * (one.dials?.[0] ?? 0), most * (one.dials?.[1] ?? 0)];
          }),
      ),
    ),
  };
}

/** What may be told of a window by one who knows it as of one of these instants. */
export function anyWindow(windows: readonly WindowTruth[]): WindowTruth {
  const spans = (of: (window: WindowTruth) => Span | null): Span | null => {
    const found = windows.flatMap((window) => (of(window) ? [of(window) as Span] : []));
    if (found.length === 0) return null;
    const all = anyOf(found);
    // Where one of them knows of none yet, there may be none.
    return found.length < windows.length ? [Math.min(0, all[0]), all[1]] : all;
  };
  const field = (name: CountName): Span => spans((window) => window[name]) ?? [0, 0];
  return {
    outages: field("outages"),
    auth: field("auth"),
    recovered: field("recovered"),
    gaveUp: field("gaveUp"),
    returned: field("returned"),
    withdrawn: field("withdrawn"),
    open: field("open"),
    flaps: field("flaps"),
    dials: field("dials"),
    recoverMs: (share) => spans((window) => window.recoverMs(share)),
    meanRecoverMs: spans((window) => window.meanRecoverMs),
    dialsOf: (share) => spans((window) => window.dialsOf(share)),
    meanDials: spans((window) => window.meanDials),
  };
}

type CountName = Exclude<keyof WindowTruth, "recoverMs" | "meanRecoverMs" | "dialsOf" | "meanDials">;

/** What one outage adds to each number. The auth lane is counted apart. */
export function count(outage: TrueOutage, truth: FleetTruth, from: number, to: number): Counted {
  const { now, settings } = truth;
  const latency = settings.tolerance.latencyMs;
  const known = both(passed(outage.detected, now), inWindow(outage.begins, from, to));
  const isAuth: Chance = outage.authAt === null ? [0, 0] : passed(outage.authAt, now);
  const begun = both(known, not(isAuth));
  const { ended, gaveUp } = outage;
  const hasEnded: Chance = ended === null ? [0, 0] : passed(ended.told, now);
  const hasGivenUp: Chance = gaveUp === null ? [0, 0] : passed(plus(gaveUp, 0, latency), now);
  const is = (outcome: string): Chance => (ended?.outcome === outcome ? both(begun, hasEnded) : [0, 0]);
  const decided = both(begun, hasGivenUp);
  const over: Chance = [Math.max(hasEnded[0], hasGivenUp[0]), Math.max(hasEnded[1], hasGivenUp[1])];
  return {
    begun,
    auth: both(known, isAuth),
    recovered: is("recovered"),
    gaveUp: decided,
    returned: is("returned"),
    withdrawn: gaveUp === null ? is("offline") : [0, 0],
    open: both(begun, not(over)),
  };
}

interface Values {
  readonly sure: readonly Span[];
  readonly perhaps: readonly Span[];
}

/** What each recovered outage of the window took: those that surely count, and those that may. */
function recoveries(
  truth: FleetTruth,
  from: number,
  to: number,
  only: OutageFilter,
  of: (outage: TrueOutage) => Span,
): Values {
  const sure: Span[] = [];
  const perhaps: Span[] = [];
  for (const dog of truth.dogs) {
    for (const [index, world] of dog.worlds.entries()) {
      for (const outage of world.outages) {
        if (!outage.ended || !only(outage, dog)) continue;
        const chance = count(outage, truth, from, to).recovered;
        if (chance[1] === 0) continue;
        const isSure = chance[0] === 1 && dog.worlds.length === 1;
        if (isSure) sure.push(of(outage));
        else if (index === 0 || dog.worlds.length > 1) perhaps.push(of(outage));
      }
    }
  }
  return { sure, perhaps };
}

/** Down from the last frame heard to the login that became stable. */
export function recoverMs({ begins, ended }: TrueOutage): Span {
  if (!ended) return [0, 0];
  return [Math.max(0, ended.at[0] - begins[1]), Math.max(0, ended.at[1] - begins[0])];
}

function meanOf({ sure, perhaps }: Values): Span | null {
  const times = sum(sure);
  const n = sure.length;
  if (n + perhaps.length === 0) return null;
  const means: Span[] = n > 0 ? [[times[0] / n, times[1] / n]] : [];
  // A perhaps moves the mean towards itself at most.
  for (const [least, most] of perhaps) {
    means.push([(times[0] + least) / (n + 1), (times[1] + most) / (n + 1)]);
    means.push([
      (times[0] + perhaps.length * least) / (n + perhaps.length),
      (times[1] + perhaps.length * most) / (n + perhaps.length),
    ]);
  }
  // Where none counts for certain, there may be none.
  return n === 0 ? [0, anyOf(means)[1]] : anyOf(means);
}

/** By when it was decided, in [from, to). */
export function decidedTruth(
  truth: FleetTruth,
  from: number,
  to: number,
): Readonly<Record<"recovered" | "gaveUp", Span>> {
  const counted = (field: "recovered" | "gaveUp", of: (outage: TrueOutage) => Span | null | undefined): Span =>
    sumOf(truth, ({ outages }) =>
      sum(
        outages.map((outage): Span => {
          const at = of(outage);
          const [least, most] = count(outage, truth, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)[field];
          const [isIn, mayBe] = at ? inWindow(at, from, to) : [0, 0];
          return [least * isIn, most * mayBe];
        }),
      ),
    );
  return {
    recovered: counted("recovered", ({ ended }) => ended?.at),
    gaveUp: counted("gaveUp", ({ gaveUp }) => gaveUp),
  };
}

/** A window, `to` exclusive. */
export interface Shown {
  readonly from: number;
  readonly to: number;
}

/** Dog-time of a window in ms: known, and of it not offline; in outages; silent. */
export function dogTime(truth: FleetTruth, from: number, to: number) {
  const until = Math.min(to, truth.now);
  const known = ({ seenAt }: World): Span =>
    seenAt === null ? [0, 0] : [overlap(seenAt[1], until, from, until), overlap(seenAt[0], until, from, until)];
  return {
    known: sumOf(truth, known),
    expected: sumOf(truth, (world) => {
      const offline = timeIn(world, "offline", from, until);
      const [least, most] = known(world);
      return [least - offline[1], most - offline[0]];
    }),
    silent: sumOf(truth, (world) => timeIn(world, "silent", from, until)),
    down: sumOf(truth, (world) => sum(world.outages.map((outage) => downWithin(outage, truth, from, until)))),
  };
}

/** Dog-time of a window in one state. */
export function stateTime(truth: FleetTruth, state: TrueState, from: number, to: number): Span {
  return sumOf(truth, (world) => timeIn(world, state, from, Math.min(to, truth.now)));
}

/** Availability: the share of expected time not in an outage. Null where nothing was expected. */
export function shareUp(expected: Span, down: Span): Span | null {
  if (expected[1] <= 0) return null;
  if (expected[0] <= 0) return [0, 1];
  const share = (expectedMs: number, downMs: number) => Math.min(1, Math.max(0, 1 - downMs / expectedMs));
  return [share(expected[0], down[1]), share(expected[1], down[0])];
}

/** Expected time up for each outage. Null where there is none. */
export function upBetween(expected: Span, down: Span, outages: Span): Span | null {
  if (expected[1] <= 0 || outages[1] === 0) return null;
  const least = outages[0] === 0 ? 0 : Math.max(0, expected[0] - down[1]) / outages[1];
  return [least, (expected[1] - down[0]) / Math.max(1, outages[0])];
}

function downWithin(outage: TrueOutage, { now }: FleetTruth, from: number, to: number): Span {
  const known = passed(outage.detected, now);
  const end: Span = outage.ended?.at ?? outage.settlingSince ?? [to, to];
  const least = overlap(outage.begins[1], end[0], from, to) * known[0];
  return [least, overlap(outage.begins[0], end[1], from, to) * known[1]];
}

/** What comes first of what is ahead ends a state: a change that waits for its time may come to nothing. */
function timeIn({ changes }: World, state: TrueState, from: number, to: number): Span {
  return sum(
    changes.map((change, index): Span => {
      const later = changes.slice(index + 1).map((next) => next.from);
      if (!change.states.includes(state) || later.some((at) => at[1] < change.from[0])) return [0, 0];
      const end: Span = [
        Math.min(to, ...later.map(([least]) => least)),
        Math.min(to, ...later.map(([, most]) => most)),
      ];
      const least = change.states.length === 1 ? overlap(change.from[1], end[0], from, to) : 0;
      return [least, overlap(change.from[0], end[1], from, to)];
    }),
  );
}

function overlap(begin: number, end: number, from: number, to: number): number {
  return Math.max(0, Math.min(end, to) - Math.max(begin, from));
}

/** What a dog's rows may say at `now`: any of these. */
export function possibleStates({ worlds }: DogTruth, now: number): ReadonlySet<string> {
  return new Set(worlds.flatMap((world) => statesAt(world, now).flatMap(({ states }) => states)));
}
