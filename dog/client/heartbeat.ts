import type { Clock } from "#lib/clock/clock.ts";

/** Beats at a steady pace from `start` to `stop`, however often a session ends in between. */
export class Heartbeat {
  readonly #clock: Clock;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first beat comes after one period. Started anew, it forgets the old pace. */
  start(everyMs: number, beat: () => void): void {
    this.stop();
    this.#cancel = this.#clock.schedule(everyMs, () => {
      this.start(everyMs, beat);
      beat();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
