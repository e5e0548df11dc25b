import type { Clock } from "#lib/clock/clock.ts";

/** How often a dog on a backup looks at its primary, and over how long a fleet's returns are spread. */
const EVERY_MS = 60_000;
const SPREAD_MS = 60_000;

export interface PrimaryWatchPorts {
  readonly clock: Clock;
  readonly random: () => number;
  /** Looks once. Returns the abort. */
  readonly look: (seen: () => void) => () => void;
  /** Whether the primary has been healthy for long enough. */
  readonly isTime: () => boolean;
  readonly comeBack: () => void;
}

/** Looks at the primary's health while a dog is on a backup. One timer or one look at a time. */
export class PrimaryWatch {
  readonly #ports: PrimaryWatchPorts;
  #cancel: (() => void) | null = null;

  constructor(ports: PrimaryWatchPorts) {
    this.#ports = ports;
  }

  start(): void {
    if (this.#cancel === null) this.#after(EVERY_MS * (0.5 + this.#ports.random()), () => this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #look(): void {
    const { look, isTime, random } = this.#ports;
    let isOver = false;
    const abort = look(() => {
      isOver = true;
      if (isTime()) this.#after(random() * SPREAD_MS, () => this.#comeBack());
      else this.#after(EVERY_MS, () => this.#look());
    });
    if (!isOver) this.#cancel = abort;
  }

  #comeBack(): void {
    this.#cancel = null;
    this.#ports.comeBack();
  }

  #after(delayMs: number, task: () => void): void {
    this.#cancel = this.#ports.clock.schedule(delayMs, task);
  }
}
