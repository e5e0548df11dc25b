import { setTimeout as sleep } from "node:timers/promises";
import { spread } from "../measure/statistics.ts";
import type { Report } from "./orders.ts";

const STEP_MS = 2;
const STALLED_MS = 30_000;
const LONGEST_MS = 600_000;

/** What came of one order so far. */
export class Tally {
  answers = 0;
  refusals = 0;
  #bytes = 0;
  #failure: Error | undefined;
  readonly #latencies: number[] = [];
  readonly #cpu = process.cpuUsage();
  readonly #startedAt = performance.now();

  /** Ms since the order began. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** @param sentAt performance.now() of what was answered */
  answer(sentAt: number, bytes: number): void {
    this.answers++;
    this.#bytes += bytes;
    this.#latencies.push(performance.now() - sentAt);
  }

  /** Ends the order: `until` throws. */
  fail(reason: string): void {
    this.#failure ??= new Error(reason);
  }

  /** Calls `step` every 2 ms until `done`; throws when nothing was answered for 30 s, or not all `withinMs`. */
  async until(done: () => boolean, step: () => void = () => {}, withinMs = LONGEST_MS): Promise<void> {
    const startedAt = performance.now();
    let answers = this.answers;
    let answeredAt = startedAt;
    while (!done()) {
      step();
      await sleep(STEP_MS);
      if (this.#failure) throw this.#failure;
      const now = performance.now();
      if (this.answers !== answers) {
        answers = this.answers;
        answeredAt = now;
      }
      if (now - answeredAt > STALLED_MS) throw new Error(`stalled at ${answers} answers, ${this.refusals} refusals`);
      if (now - startedAt > withinMs) throw new Error(`only ${answers} answers within ${withinMs} ms`);
    }
  }

  report(): Report {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      answers: this.answers,
      answerBytes: this.#bytes,
      wallMs: this.elapsedMs,
      latency: this.#latencies.length > 0 ? spread(this.#latencies) : null,
      refusals: this.refusals,
      driverCpuSeconds: (user + system) / 1e6,
    };
  }
}
