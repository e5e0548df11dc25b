import type { FleetEventBody } from "#lib/fleet/event.ts";
import type { Random } from "#lib/testing/random.ts";
import { connectedBody, disconnectedBody, snOf } from "../peers/fleet-past.ts";

/** What happens next to one dog, and when. */
interface Life {
  readonly index: number;
  at: number;
  session: string | null;
  step: "login" | "stable" | "silent" | "heard" | "drop" | "refused";
}

export interface StoryOptions {
  readonly dogs: number;
  readonly from: number;
  readonly to: number;
  /** Mean events a dog has in a day. */
  readonly eventsPerDay: number;
  readonly epoch: string;
  readonly random: Random;
}

const DAY_MS = 86_400_000;
/** Events of one round of a dog's life, on average. */
const EVENTS_A_ROUND = 3.04;

/** A fleet that drops and comes back for weeks: outages of seconds to minutes, refused logins, silences. In order of time. */
export function* longStory(
  options: StoryOptions,
): IterableIterator<{ readonly at: number; readonly body: FleetEventBody }> {
  const { dogs, from, to, epoch, random } = options;
  const roundMs = (DAY_MS * EVENTS_A_ROUND) / options.eventsPerDay;
  const exponential = (mean: number) => -Math.log(1 - random()) * mean;
  let sessions = 0;
  const queue = new Queue();
  for (let index = 0; index < dogs; index++) {
    queue.push({ index, at: from + 1 + random() * Math.min(roundMs, (to - from) / 10), session: null, step: "login" });
  }
  yield { at: from, body: { type: "gateway.started", gateway: "gw-1", previous: null } };
  for (let life = queue.pop(); life !== undefined && life.at < to; life = queue.pop()) {
    yield { at: Math.floor(life.at), body: play(life) };
    queue.push(life);
  }

  function play(life: Life): FleetEventBody {
    const { index, at, session, step } = life;
    const sn = snOf(index);
    switch (step) {
      case "login": {
        life.session = `${epoch}.${++sessions}`;
        life.at = at + 60_000;
        life.step = random() < 0.06 ? "drop" : "stable";
        if (life.step === "drop") life.at = at + random() * 50_000;
        return connectedBody(index, life.session);
      }
      case "stable":
        life.at = at + exponential(roundMs);
        life.step = random() < 0.2 ? "silent" : "drop";
        return { type: "dog.stable", sn, session: session ?? "" };
      case "silent":
        life.at = at + 5_000 + random() * 20_000;
        life.step = "heard";
        return { type: "dog.silent", sn, session: session ?? "", lastHeardAt: Math.floor(at) - 45_000 };
      case "heard":
        life.at = at + exponential(roundMs / 2);
        life.step = "drop";
        return { type: "dog.heard", sn, session: session ?? "" };
      case "drop":
        life.at = at + 2_000 + exponential(random() < 0.05 ? 600_000 : 40_000);
        life.step = random() < 0.15 ? "refused" : "login";
        return disconnectedBody(index, session ?? "", Math.floor(at));
      case "refused":
        life.at = at + 5_000;
        life.step = "login";
        return {
          type: "dog.attempt_failed",
          sn,
          session,
          stage: "login",
          reason: "server_error",
          raw: "overloaded",
          count: 1,
        };
    }
  }
}

/** A binary heap by time. */
class Queue {
  readonly #lives: Life[] = [];

  push(life: Life): void {
    const lives = this.#lives;
    let index = lives.push(life) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = lives[above];
      if (parent === undefined || parent.at <= life.at) break;
      lives[index] = parent;
      index = above;
    }
    lives[index] = life;
  }

  pop(): Life | undefined {
    const lives = this.#lives;
    const first = lives[0];
    const last = lives.pop();
    if (first === undefined || last === undefined || lives.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = lives[left + 1];
      const leftLife = lives[left];
      if (leftLife === undefined) break;
      const isRight = right !== undefined && right.at < leftLife.at;
      const child = isRight ? right : leftLife;
      if (child.at >= last.at) break;
      lives[index] = child;
      index = isRight ? left + 1 : left;
    }
    lives[index] = last;
    return first;
  }
}
