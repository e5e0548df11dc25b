import type { LinkEffect, LinkEnd, LinkEvent, LinkPolicy, LinkState } from "#lib/link/link-state.ts";
import { RESTING } from "#lib/link/link-state.ts";
import { transition } from "#lib/link/transition.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { seededRandom } from "./random.ts";

type Untimed<E> = E extends { readonly turn: number } ? Omit<E, "turn"> : E;

/** The machine of lib/link by hand: its world is whatever a test says next. */
export class DrivenLink {
  state: LinkState = RESTING;
  now = 0;
  effects: readonly LinkEffect[] = [];
  readonly policy: LinkPolicy;
  readonly #random: () => number;

  constructor(policy: Partial<LinkPolicy> = {}, random: () => number = seededRandom(1)) {
    this.policy = { schedule: leashSchedule(), canRefresh: false, giveUp: false, stableMs: 60_000, ...policy };
    this.#random = random;
  }

  /** Time until the machine acts by itself. */
  get delayMs(): number {
    return (this.state.dueAt ?? Number.NaN) - this.now;
  }

  /** An event of the turn now running. */
  say(event: Untimed<LinkEvent>): this {
    const context = { now: this.now, random: this.#random, policy: this.policy };
    [this.state, this.effects] = transition(this.state, { turn: this.state.turn, ...event } as LinkEvent, context);
    return this;
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Lets the wait now running end. */
  lapse(): this {
    return this.after(this.delayMs).say({ type: "due" });
  }

  comeUp(): this {
    if (this.state.status === "resting") this.say({ type: "start" });
    while (this.state.status !== "dialing") this.lapse();
    return this.say({ type: "opened" }).say({ type: "accepted" });
  }

  end(end: Partial<LinkEnd>): this {
    return this.say({ type: "ended", end: { ...NO_END, ...end } });
  }
}

const NO_END: LinkEnd = { closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null };

export function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}
