import type { Clock } from "#lib/clock/clock.ts";
import { type GatewayPush, POLICY_SERVICE } from "#lib/protocol/messages.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";
import type { DogConnection } from "./connection.ts";
import { policyArgs } from "./login.ts";

const STEP_MS = 20;
/** 5,000 dogs a second: a large fleet must not hold the loop. */
const DOGS_PER_STEP = 100;

/** Tells connected dogs that understand it what policy holds now. A newer policy takes the place of one still going out. */
export class PolicyPush {
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(connections: Iterable<DogConnection>, policy: RetryPolicy): void {
    this.stop();
    const push: GatewayPush = { op: "galbot_push", service: POLICY_SERVICE, args: policyArgs(policy) };
    const text = JSON.stringify(push);
    const queue = [...connections].filter(({ state }) => state.status === "session" && state.session.leash);
    let next = 0;
    const step = () => {
      for (const dog of queue.slice(next, next + DOGS_PER_STEP)) dog.send(text);
      next += DOGS_PER_STEP;
      this.#cancel = next < queue.length ? this.#clock.schedule(STEP_MS, step) : undefined;
    };
    step();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
