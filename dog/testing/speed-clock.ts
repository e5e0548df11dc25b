import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";

interface Task {
  readonly dueAt: number;
  readonly run: () => void;
  cancel: () => void;
}

/** A clock that runs `speed` times as fast as another, and may change its pace: minutes of a policy in seconds of a test. */
export class SpeedClock implements Clock {
  readonly #base: Clock;
  readonly #tasks = new Set<Task>();
  #speed: number;
  /** This clock stood at `#time` when the base stood at `#since`. */
  #since: number;
  #time = 0;
  readonly #wallAtStart: number;

  constructor(speed = 1, base: Clock = systemClock) {
    this.#base = base;
    this.#speed = speed;
    this.#since = base.monotonic();
    this.#wallAtStart = base.now();
  }

  now(): number {
    return Math.floor(this.#wallAtStart + this.monotonic());
  }

  monotonic(): number {
    return this.#time + (this.#base.monotonic() - this.#since) * this.#speed;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const task: Task = { dueAt: this.monotonic() + Math.max(0, delayMs), run, cancel: () => {} };
    this.#tasks.add(task);
    this.#arm(task);
    return () => {
      this.#tasks.delete(task);
      task.cancel();
    };
  }

  /** From now on; what waits is due at the same instant of this clock. */
  setSpeed(speed: number): void {
    this.#time = this.monotonic();
    this.#since = this.#base.monotonic();
    this.#speed = speed;
    for (const task of this.#tasks) {
      task.cancel();
      this.#arm(task);
    }
  }

  #arm(task: Task): void {
    task.cancel = this.#base.schedule((task.dueAt - this.monotonic()) / this.#speed, () => {
      this.#tasks.delete(task);
      task.run();
    });
  }
}
