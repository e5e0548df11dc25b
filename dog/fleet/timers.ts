import type { Clock } from "#lib/clock/clock.ts";

/** Timers that are all ended at once. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the cancel. */
  after(delayMs: number, task: () => void): () => void {
    const cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#cancels.delete(cancel);
      task();
    });
    const cancel = () => {
      this.#cancels.delete(cancel);
      cancelTimer();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  clear(): void {
    for (const cancel of this.#cancels) cancel();
  }
}
