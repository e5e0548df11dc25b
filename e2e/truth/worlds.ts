import type { OutageOutcome } from "#lib/fleet/outage-note.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { DogStory } from "./read-log.ts";
import { type Session, type SessionEnd, sessionsOf } from "./sessions.ts";
import { assumedDials, givesUpAfterMs, type TruthSettings } from "./settings.ts";
import { plus, type Span } from "./span.ts";

/** One outage by the table of DESIGN section 4. Instants that lie ahead of the log are when it will be so if nothing happens. */
export interface TrueOutage {
  readonly begins: Span;
  readonly detected: Span;
  readonly reasons: readonly ReasonCode[];
  /** When the gateway first refused a login in it: from then on it runs in the auth lane. */
  readonly authAt: Span | null;
  /** The latest give-up, where it came before the dog was back. */
  readonly gaveUp: Span | null;
  /** Recovery at the login that became stable, told once it is; a goodbye at once. */
  readonly ended: { readonly at: Span; readonly told: Span; readonly outcome: OutageOutcome } | null;
  /** Dials up to the login now settling or stable; null while out for the first time. */
  readonly dials: Span | null;
  readonly source: "reported" | "estimated" | null;
  /** Logged in, not yet stable: since when. */
  readonly settlingSince: Span | null;
  /** Stretches without a session, from detection to the next login. */
  readonly gaps: readonly { readonly from: Span; readonly to: Span | null }[];
}

export type TrueState =
  | "connected"
  | "silent"
  | "settling"
  | "reconnecting"
  | "refused"
  | "probing"
  | "gave_up"
  | "offline";

/** From `from` on the dog is in one of `states`. */
export interface Change {
  readonly from: Span;
  readonly states: readonly TrueState[];
  /** Of a dog that is out. */
  readonly reasons: readonly ReasonCode[];
}

/** One way things may have been, as far as a gateway can know them. Most dogs have exactly one. */
export interface World {
  readonly outages: readonly TrueOutage[];
  readonly flaps: readonly Span[];
  readonly changes: readonly Change[];
  /** First login; null for a dog the gateway may never have seen. */
  readonly seenAt: Span | null;
}

interface Making {
  outages: TrueOutage[];
  flaps: Span[];
  changes: Change[];
  seenAt: Span | null;
  isOpen: boolean;
  isOffline: boolean;
  /** Line of the last session, and when it was known to be over. */
  lastLine: number;
  downFrom: Span;
  forced: SessionEnd | null;
}

/** Beyond so many ways a dog could have been, nothing is checked of it. */
const MOST_WORLDS = 64;
/** A Leash dog that is out this long may have come to its slow probe: five tries of a refused token are the soonest. */
const LEAST_OUT_BEFORE_PROBING_MS = 20_000;

/** Every way this dog's day may have gone, given its log: one, but where a race on the wire leaves it open. Null: too many. */
export function worldsOf(story: DogStory, settings: TruthSettings): readonly World[] | null {
  const fresh: Making = {
    outages: [],
    flaps: [],
    changes: [],
    seenAt: null,
    isOpen: false,
    isOffline: false,
    lastLine: 0,
    downFrom: [0, 0],
    forced: null,
  };
  let worlds: Making[] = [fresh];
  for (const session of sessionsOf(story, settings)) {
    worlds = worlds.flatMap((world) => withSession(world, session, story, settings));
    if (worlds.length > MOST_WORLDS) return null;
  }
  for (const world of worlds) {
    noteRefusals(world, story, Number.POSITIVE_INFINITY, settings);
    const open = world.isOpen ? world.outages.at(-1) : undefined;
    if (open && open.gaveUp === null && open.settlingSince === null && story.kind === "seed")
      replaceLast(world, { ...open, gaveUp: plus(world.downFrom, givesUpAfterMs(settings)) });
  }
  return worlds;
}

function withSession(world: Making, session: Session, story: DogStory, settings: TruthSettings): Making[] {
  const taken = session.ends.flatMap((end) =>
    variants(session, end, settings).map(({ stable, flap }) => {
      const copy = copyOf(world);
      noteRefusals(copy, story, session.line, settings);
      return play(copy, session, { end, stable, flap }, story, settings);
    }),
  );
  const made = taken.flat();
  return session.isSure ? made : [...made, copyOf(world)];
}

interface Course {
  readonly end: SessionEnd | null;
  readonly stable: boolean;
  readonly flap: boolean;
}

/** Whether it lasted long enough, as far as that can be known. */
function variants({ start }: Session, end: SessionEnd | null, settings: TruthSettings): readonly Omit<Course, "end">[] {
  if (end === null) return [{ stable: true, flap: false }];
  const { stableAfterMs, tolerance } = settings;
  const least = end.at[0] - start[1];
  const most = end.at[1] - start[0];
  const stable = [most >= stableAfterMs, least < stableAfterMs + tolerance.wheelMs] as const;
  const flap = [least < stableAfterMs, most >= stableAfterMs] as const;
  return [true, false].flatMap((isStable) =>
    [true, false].flatMap((isFlap) => {
      const mayBe = stable[isStable ? 0 : 1] && flap[isFlap ? 0 : 1];
      return mayBe && !(isStable && isFlap) ? [{ stable: isStable, flap: isFlap }] : [];
    }),
  );
}

function play(world: Making, session: Session, course: Course, story: DogStory, settings: TruthSettings): Making[] {
  const { end, stable, flap } = course;
  world.seenAt ??= session.start;
  if (world.forced) answerForced(world, session, settings);
  const wasOpen = world.isOpen;
  const worlds = wasOpen ? logIn(world, session, stable, story, settings) : [world];
  for (const one of worlds) {
    if (!wasOpen) one.changes.push({ from: session.start, states: ["connected"], reasons: [] });
    one.isOffline = false;
    one.lastLine = session.line;
    const isStillOpen = one.isOpen;
    if (session.silentFrom && (end === null || session.silentFrom[0] < end.at[1])) {
      one.changes.push({ from: session.silentFrom, states: ["silent"], reasons: [] });
    }
    if (end !== null) finish(one, session, end, flap, isStillOpen, story, settings);
  }
  return worlds;
}

/** A forced close is an outage only where the dog was not back in time. */
function answerForced(world: Making, { start }: Session, settings: TruthSettings): void {
  const end = world.forced;
  world.forced = null;
  if (end && start[1] - end.at[0] > settings.forcedGraceMs) return;
  world.outages.pop();
  world.isOpen = false;
}

/** The login that ends the gap: the outage settles, and recovers where the session becomes stable. */
function logIn(
  world: Making,
  { start, line }: Session,
  stable: boolean,
  story: DogStory,
  settings: TruthSettings,
): Making[] {
  const { stableAfterMs, tolerance } = settings;
  return giveUps(world, start, story, settings).map((one) => {
    const open = one.outages.at(-1);
    if (!open) return one;
    const gap = open.gaps.at(-1);
    const told = plus(start, stableAfterMs, stableAfterMs + tolerance.wheelMs);
    const outcome: OutageOutcome = open.gaveUp ? "returned" : "recovered";
    replaceLast(one, {
      ...open,
      gaps: gap ? [...open.gaps.slice(0, -1), { ...gap, to: start }] : open.gaps,
      dials: addSpans(open.dials, dialsOf(one, start, line, story, settings)),
      source: story.kind === "leash" ? "reported" : "estimated",
      settlingSince: start,
      ended: stable ? { at: start, told, outcome } : null,
    });
    one.changes.push({ from: start, states: ["settling"], reasons: open.reasons });
    if (stable) {
      one.isOpen = false;
      one.changes.push({ from: told, states: ["connected"], reasons: [] });
    }
    return one;
  });
}

/** A Leash dog tells its dials; of the seed's the gateway knows none but by the clock. */
function dialsOf(world: Making, start: Span, line: number, story: DogStory, settings: TruthSettings): Span {
  if (story.kind === "leash") return [line - world.lastLine, line - world.lastLine];
  const least = Math.max(0, start[0] - world.downFrom[1]);
  const most = Math.max(0, start[1] - world.downFrom[0]);
  return [assumedDials(settings, least), assumedDials(settings, most)];
}

/** Whether the latest give-up had passed by the login; only dogs that do not probe for ever give up. */
function giveUps(world: Making, start: Span, story: DogStory, settings: TruthSettings): Making[] {
  const open = world.outages.at(-1);
  if (!open || open.gaveUp || story.kind === "leash") return [world];
  const latest = plus(world.downFrom, givesUpAfterMs(settings));
  if (start[1] < latest[0]) return [world];
  const gaveUp = copyOf(world);
  replaceLast(gaveUp, { ...open, gaveUp: latest });
  return start[0] > latest[1] ? [gaveUp] : [world, gaveUp];
}

function finish(
  world: Making,
  session: Session,
  end: SessionEnd,
  flap: boolean,
  isStillOpen: boolean,
  story: DogStory,
  settings: TruthSettings,
): void {
  world.downFrom = end.at;
  if (flap && end.kind === "network") world.flaps.push(end.at);
  if (end.kind === "goodbye") {
    const open = world.outages.at(-1);
    if (isStillOpen && open) replaceLast(world, { ...open, ended: { at: end.at, told: end.at, outcome: "offline" } });
    world.isOpen = false;
    world.isOffline = true;
    world.changes.push({ from: end.at, states: ["offline"], reasons: end.reasons });
    return;
  }
  if (isStillOpen) dropAgain(world, end);
  else begin(world, session, end);
  world.changes.push(...outStates(end, mayProbeFrom(world), story, settings));
  if (end.kind === "forced" && !isStillOpen) world.forced = end;
}

function dropAgain(world: Making, end: SessionEnd): void {
  const open = world.outages.at(-1);
  if (open) replaceLast(world, { ...open, settlingSince: null, gaps: [...open.gaps, { from: end.at, to: null }] });
}

function begin(world: Making, { start }: Session, end: SessionEnd): void {
  const heard: Span = [Math.max(end.heard[0], start[0]), Math.max(end.heard[1], start[1])];
  world.isOpen = true;
  world.outages.push({
    begins: end.kind === "network" ? heard : end.at,
    detected: end.at,
    reasons: end.reasons,
    authAt: end.kind === "auth" ? end.at : null,
    gaveUp: null,
    ended: null,
    dials: null,
    source: null,
    settlingSince: null,
    gaps: [{ from: end.at, to: null }],
  });
}

/** What an unheard dog is shown as: the gateway works through its schedule, without hearing a dial. */
function outStates(
  { at, reasons }: SessionEnd,
  probingFrom: Span,
  { kind }: DogStory,
  settings: TruthSettings,
): readonly Change[] {
  const out: Change = { from: at, states: ["reconnecting"], reasons };
  if (kind === "seed") return [out, { from: plus(at, givesUpAfterMs(settings)), states: ["gave_up"], reasons }];
  return [out, { from: laterOf(at, probingFrom), states: ["reconnecting", "probing"], reasons }];
}

/** A dog's tries are counted from the outage's begin: one that drops again, or is refused again, goes on with them. */
function mayProbeFrom({ outages, downFrom }: Making): Span {
  return plus(outages.at(-1)?.detected ?? downFrom, LEAST_OUT_BEFORE_PROBING_MS);
}

const laterOf = (a: Span, b: Span): Span => [Math.max(a[0], b[0]), Math.max(a[1], b[1])];

/** Refused logins between the last session and line `before`: the outage runs in the auth lane from the first on. */
function noteRefusals(world: Making, { links }: DogStory, before: number, settings: TruthSettings): void {
  const { latencyMs } = settings.tolerance;
  for (const { line, refusedAt, loginSentAt } of links) {
    if (refusedAt === null || loginSentAt === null || line <= world.lastLine || line >= before) continue;
    if (world.seenAt === null) continue;
    const at: Span = [loginSentAt, refusedAt + latencyMs];
    const open = world.isOpen ? world.outages.at(-1) : undefined;
    if (open) replaceLast(world, { ...open, authAt: open.authAt ?? at });
    else if (world.isOffline) beginRefused(world, at);
    else continue;
    const reasons: readonly ReasonCode[] = ["auth_failed"];
    world.changes.push({ from: at, states: ["refused"], reasons });
    world.changes.push({ from: laterOf(at, mayProbeFrom(world)), states: ["refused", "probing"], reasons });
  }
}

/** A dog that said goodbye and comes back with a token nobody takes. */
function beginRefused(world: Making, at: Span): void {
  world.isOpen = true;
  world.isOffline = false;
  world.downFrom = at;
  world.outages.push({
    begins: at,
    detected: at,
    reasons: ["auth_failed"],
    authAt: at,
    gaveUp: null,
    ended: null,
    dials: null,
    source: null,
    settlingSince: null,
    gaps: [{ from: at, to: null }],
  });
}

function copyOf(world: Making): Making {
  return {
    ...world,
    outages: [...world.outages],
    flaps: [...world.flaps],
    changes: [...world.changes],
  };
}

function replaceLast(world: Making, outage: TrueOutage): void {
  world.outages[world.outages.length - 1] = outage;
}

function addSpans(a: Span | null, b: Span): Span {
  return a === null ? b : [a[0] + b[0], a[1] + b[1]];
}

/** The states a dog may be in at `now`; empty where the gateway has not seen it yet. */
export function statesAt(world: World, now: number): readonly Change[] {
  const changes = [...world.changes];
  let certain = -1;
  changes.forEach(({ from }, index) => {
    if (from[1] <= now && isReached(changes, index)) certain = index;
  });
  const possible = changes.filter(({ from }, index) => index > certain && from[0] <= now && isReached(changes, index));
  const current = changes[certain];
  return current ? [current, ...possible] : possible;
}

/** A change that waits for its time comes to nothing where another came first. */
function isReached(changes: readonly Change[], index: number): boolean {
  const from = changes[index]?.from;
  return from !== undefined && changes.slice(index + 1).every((later) => later.from[1] >= from[0]);
}
