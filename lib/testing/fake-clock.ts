import type { Clock } from "#lib/clock/clock.ts";

interface Task {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that moves only when told. `advance` runs due tasks in order, each at its own instant. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #order = 0;
  #tasks: Task[] = [];

  constructor(startAt = 1_700_000_000_000) {
    this.#wall = startAt;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Tasks still waiting. */
  get pending(): number {
    return this.#tasks.length;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const task: Task = { dueAt: this.#monotonic + Math.max(0, delayMs), order: this.#order++, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** Moves both clocks forward by `ms`, running what falls due on the way. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let next = this.#nextDue(end); next; next = this.#nextDue(end)) {
      this.#moveTo(next.dueAt);
      this.#tasks = this.#tasks.filter((task) => task !== next);
      next.run();
    }
    this.#moveTo(end);
  }

  /** Steps the wall clock alone (NTP, an operator): monotonic time and timers do not notice. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }

  #moveTo(monotonic: number): void {
    const step = Math.max(0, monotonic - this.#monotonic);
    this.#monotonic += step;
    this.#wall += step;
  }

  #nextDue(end: number): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueAt > end) continue;
      if (!first || task.dueAt < first.dueAt || (task.dueAt === first.dueAt && task.order < first.order)) first = task;
    }
    return first;
  }
}
