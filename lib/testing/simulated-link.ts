import type { LinkEffect, LinkEnd, LinkEvent, LinkPolicy, LinkState } from "#lib/link/link-state.ts";
import { RESTING } from "#lib/link/link-state.ts";
import { isEarlyEnd } from "#lib/link/link-verdict.ts";
import { LONGEST_WAIT_MS } from "#lib/link/next-wait.ts";
import { transition } from "#lib/link/transition.ts";
import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { seededRandom } from "#lib/testing/random.ts";

const SERVER_CODES = [1000, 1001, 1005, 1006, 1008, 1011, 1012, 1013, 4000, 4100, 4101, 4103, 4201, 4202, 4500, 4501];
const STATUSES = [401, 403, 404, 429, 500, 502, 503];
const POLICY: LinkPolicy = { schedule: leashSchedule(), canRefresh: true, giveUp: false, stableMs: 60_000 };

/** How the world treats a dog for a while: shares of what it tries that end so. */
interface Weather {
  readonly unreachable: number;
  readonly refused: number;
  readonly swallowed: number;
  readonly meanSessionMs: number;
}
const FAIR: Weather = { unreachable: 0, refused: 0, swallowed: 0, meanSessionMs: Number.POSITIVE_INFINITY };

export interface LinkRun {
  readonly seed: number;
  readonly dials: number;
  readonly sessions: number;
  /** Outages begun, and how often each was part of a login that was acknowledged. */
  readonly reported: ReadonlyMap<string, number>;
  readonly endedUp: boolean;
}

/**
 * One dog in a world drawn from `seed`: hours of unreachable, refusing, swallowing and hasty servers, then fair weather.
 * Every step is held against the laws; a broken one throws with the seed and the step.
 */
export class SimulatedLink {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #policy: LinkPolicy;
  #state: LinkState = RESTING;
  #now = 0;
  #weather: Weather = FAIR;
  #timer: { at: number; turn: number } | null = null;
  /** What the world will do next about the one thing under way. */
  #world: { at: number; event: LinkEvent } | null = null;
  #line: "none" | "dialing" | "open" = "none";
  #stopped = false;
  #dials = 0;
  #sessions = 0;
  #steps = 0;
  /** Sessions that network or server ended before they were stable, since the last stable one or the last change of network. */
  #earlyEnds = 0;
  readonly #reported = new Map<string, number>();

  constructor(seed: number, policy: Partial<LinkPolicy> = {}) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#policy = { ...POLICY, canRefresh: this.#random() < 0.7, ...policy };
  }

  /** Bad weather of `periods` kinds, then fair weather for as long as the longest probe needs three times over. */
  run(periods = 4): LinkRun {
    this.#step({ type: "start" });
    for (let period = 0; period < periods; period++) {
      const draw = () => this.#random() ** 2;
      this.#weather = {
        unreachable: draw(),
        refused: draw(),
        swallowed: draw(),
        meanSessionMs: 1_000 + draw() * 300_000,
      };
      this.#pass(60_000 + this.#random() * 1_800_000);
      if (this.#random() < 0.3) this.#step({ type: "network_changed" });
    }
    this.#weather = FAIR;
    if (this.#state.status === "up") {
      const { turn, outage } = this.#state;
      this.#world = outage === null ? null : this.#after(1_000, ended(turn, { closeCode: 1001 }));
    }
    this.#pass(3 * LONGEST_WAIT_MS + 200_000);
    const endedUp = this.#state.status === "up";
    return { seed: this.#seed, dials: this.#dials, sessions: this.#sessions, reported: this.#reported, endedUp };
  }

  /** Stops at a moment drawn from the seed; then lets everything that was under way answer, too late. */
  stopAtSomeMoment(): void {
    this.#step({ type: "start" });
    this.#weather = { unreachable: 0.4, refused: 0.3, swallowed: 0.2, meanSessionMs: 20_000 };
    this.#pass(this.#random() * 900_000);
    const late = [this.#world?.event, this.#timer && ({ type: "due", turn: this.#timer.turn } as const)];
    this.#step({ type: "stop" });
    this.#stopped = true;
    this.#check(this.#timer === null, "a timer outlives stop");
    this.#check(this.#line === "none", "a socket outlives stop");
    for (const event of late) if (event) this.#step(event);
    for (const type of ["network_changed", "dial_now", "reset"] as const) this.#step({ type });
  }

  #pass(ms: number): void {
    const until = this.#now + ms;
    for (let turns = 0; turns < 100_000; turns++) {
      const due = Math.min(this.#timer?.at ?? Number.POSITIVE_INFINITY, this.#world?.at ?? Number.POSITIVE_INFINITY);
      if (due > until) break;
      this.#now = due;
      if (this.#world && this.#world.at <= due) {
        const { event } = this.#world;
        this.#world = null;
        if (event.type === "ended") this.#line = "none";
        this.#step(event);
      } else if (this.#timer) {
        const { turn } = this.#timer;
        this.#timer = null;
        this.#step({ type: "due", turn });
      }
    }
    this.#now = until;
  }

  #step(event: LinkEvent): void {
    this.#steps++;
    const before = this.#state;
    const [after, effects] = transition(before, event, { now: this.#now, random: this.#random, policy: this.#policy });
    this.#state = after;
    const acknowledged = event.type === "accepted" && event.stored !== false && before.status === "signing_in";
    if (acknowledged && before.outage) this.#note(before.outage.id, 1);
    if (before.status === "up" && after.outage) this.#note(after.outage.id, 0);
    for (const effect of effects) this.#perform(effect);
    this.#judge(effects, event);
    this.#judgeEarlyEnd(before, event);
  }

  /** The first of an outage may be answered after its first delay; each one after that waits a longer step. */
  #judgeEarlyEnd(before: LinkState, event: LinkEvent): void {
    if (this.#state.isStable || event.type === "network_changed") this.#earlyEnds = 0;
    if (!isEarlyEnd(before, event)) return;
    const { baseDelayMs, maxDelayMs } = this.#policy.schedule;
    const waitMs = (this.#state.dueAt ?? Number.NaN) - this.#now;
    const leastMs = calculateBackoff(this.#earlyEnds - 1, baseDelayMs, maxDelayMs);
    this.#check(waitMs >= leastMs, `${waitMs} ms after early end ${this.#earlyEnds + 1}, not ${leastMs}`);
    this.#earlyEnds++;
  }

  #note(outage: string, times: number): void {
    this.#reported.set(outage, (this.#reported.get(outage) ?? 0) + times);
  }

  #perform(effect: LinkEffect): void {
    switch (effect.type) {
      case "dial":
        this.#check(this.#line === "none", "a second dial while there is one");
        this.#dials++;
        this.#line = "dialing";
        this.#world = this.#answerDial(effect.turn);
        return;
      case "login":
        this.#world = this.#answerLogin(effect.turn);
        return;
      case "poll":
        this.#world = this.#after(5_000, {
          type: "polled",
          turn: effect.turn,
          healthy: !this.#chance("unreachable"),
          retryAfterMs: null,
        });
        return;
      case "refresh_token":
        this.#world = this.#after(9_000, { type: "refreshed", turn: effect.turn, ok: !this.#chance("unreachable") });
        return;
      case "hang_up":
        this.#line = "none";
        this.#world = null;
        return;
      case "schedule":
        this.#check(effect.delayMs >= 0 && effect.delayMs <= LONGEST_WAIT_MS, `a wait of ${effect.delayMs} ms`);
        this.#timer = { at: this.#now + effect.delayMs, turn: effect.turn };
        return;
      case "cancel":
        this.#timer = null;
        return;
      case "tell":
        return;
    }
  }

  #answerDial(turn: number): { at: number; event: LinkEvent } | null {
    if (this.#chance("swallowed")) return null;
    if (this.#chance("unreachable")) {
      const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      return this.#after(200, ended(turn, { error }));
    }
    if (this.#chance("refused")) {
      const retryAfterMs = this.#random() < 0.5 ? Math.floor(this.#random() * 1e9) : null;
      return this.#after(200, ended(turn, { status: this.#pick(STATUSES), retryAfterMs }));
    }
    return this.#after(200, { type: "opened", turn });
  }

  #answerLogin(turn: number): { at: number; event: LinkEvent } | null {
    this.#line = "open";
    if (this.#chance("swallowed")) return null;
    if (this.#chance("refused")) {
      const code = this.#pick([400, 401, 409, 429, 503]);
      return this.#after(100, { type: "refused", turn, code, retryAfterMs: code === 429 ? 2_000 : null });
    }
    if (this.#chance("unreachable")) return this.#after(100, ended(turn, { closeCode: this.#pick(SERVER_CODES) }));
    return this.#after(100, { type: "accepted", turn, stored: this.#weather === FAIR || this.#random() < 0.8 });
  }

  #judge(effects: readonly LinkEffect[], event: LinkEvent): void {
    const { status, dueAt, turn } = this.#state;
    if (event.type === "accepted" && status === "up") {
      this.#sessions++;
      const closeCode = this.#random() < 0.7 ? this.#pick(SERVER_CODES) : null;
      const livedMs = -Math.log(1 - this.#random()) * this.#weather.meanSessionMs;
      if (Number.isFinite(livedMs)) this.#world = this.#after(livedMs, ended(turn, { closeCode }), true);
    }
    const rests = status === "resting" || (status === "up" && this.#state.isStable);
    this.#check(rests || (dueAt !== null && this.#timer !== null), `${status} waits for nothing`);
    this.#check(dueAt === null || dueAt >= this.#now, "due in the past");
    if (this.#stopped) this.#check(effects.length === 0, `${event.type} after stop asks for ${effects[0]?.type}`);
  }

  #after(most: number, event: LinkEvent, exact = false): { at: number; event: LinkEvent } {
    return { at: this.#now + (exact ? most : this.#random() * most), event };
  }

  #chance(of: "unreachable" | "refused" | "swallowed"): boolean {
    return this.#random() < this.#weather[of];
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #check(holds: boolean, what: string): void {
    if (!holds) throw new Error(`seed ${this.#seed}, step ${this.#steps} at ${Math.round(this.#now)} ms: ${what}`);
  }
}

function ended(turn: number, end: Partial<LinkEnd>): LinkEvent {
  return {
    type: "ended",
    turn,
    end: { closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null, ...end },
  };
}
