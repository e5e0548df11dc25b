import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "#lib/clock/clock.ts";

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
}

const LIVE_STEP_MS = 10;

/**
 * Time that is first staged and then real: `catchUp` plays the past in small steps, every task at its own instant and sockets
 * served in between, and from then on the clock is the wall's.
 */
export class StagedClock implements Clock {
  #now: number;
  readonly #startedAt: number;
  #live: NodeJS.Timeout | undefined;
  #tasks: Task[] = [];

  constructor(startAt: number) {
    this.#now = startAt;
    this.#startedAt = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#startedAt;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const task = { dueAt: this.#now + Math.max(0, delayMs), run };
    this.#tasks.splice(this.#placeOf(task.dueAt), 0, task);
    return () => {
      const at = this.#tasks.indexOf(task);
      if (at >= 0) this.#tasks.splice(at, 1);
    };
  }

  /** Plays up to the present in steps of `stepMs`, telling `progress` once a staged minute; then time is real. */
  async catchUp(stepMs: number, progress: (leftMs: number) => void): Promise<void> {
    for (let left = Date.now() - this.#now; left > stepMs; left = Date.now() - this.#now) {
      if (Math.floor(this.#now / 60_000) !== Math.floor((this.#now + stepMs) / 60_000)) progress(left);
      this.#playTo(this.#now + stepMs);
      await turn();
    }
    this.#live = setInterval(() => this.#playTo(Date.now()), LIVE_STEP_MS);
  }

  /** Stops the clock. Idempotent. */
  close(): void {
    clearInterval(this.#live);
  }

  #playTo(end: number): void {
    for (let next = this.#tasks[0]; next !== undefined && next.dueAt <= end; next = this.#tasks[0]) {
      this.#tasks.shift();
      this.#now = Math.max(this.#now, next.dueAt);
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Behind those due at the same instant. */
  #placeOf(dueAt: number): number {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tasks[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
