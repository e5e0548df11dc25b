import type { DogAttemptFailed } from "#lib/fleet/event.ts";
import type { Journal } from "#server/journal/journal.ts";
import { UNFILED, type Wheel, type WheelEntry } from "./wheel.ts";

export type FailedAttempt = Pick<DogAttemptFailed, "stage" | "reason" | "raw">;

const EVERY_MS = 5_000;

/** Journals failed attempts of known dogs: the first at once, then at most one event per 5 s and dog with a count. */
export class AttemptLog {
  readonly #wheel: Wheel;
  readonly #journal: Pick<Journal, "append">;
  readonly #waiting = new Map<string, Waiting>();

  constructor(wheel: Wheel, journal: Pick<Journal, "append">) {
    this.#wheel = wheel;
    this.#journal = journal;
  }

  get size(): number {
    return this.#waiting.size;
  }

  note(sn: string, attempt: FailedAttempt): void {
    const waiting = this.#waiting.get(sn);
    if (waiting) {
      waiting.note(attempt);
      return;
    }
    this.#append(sn, attempt, 1);
    const entry = new Waiting((last, count) => {
      if (last) this.#append(sn, last, count);
      else this.#waiting.delete(sn);
    });
    this.#waiting.set(sn, entry);
    this.#wheel.file(entry, this.#wheel.now() + EVERY_MS);
  }

  #append(sn: string, attempt: FailedAttempt, count: number): void {
    this.#journal.append({ type: "dog.attempt_failed", sn, session: null, ...attempt, count });
  }
}

/** The failures of one dog since its last event; looks each 5 s until a window stays empty. */
class Waiting implements WheelEntry {
  slot = UNFILED;
  readonly #flush: (last: FailedAttempt | undefined, count: number) => void;
  #last: FailedAttempt | undefined;
  #count = 0;

  constructor(flush: (last: FailedAttempt | undefined, count: number) => void) {
    this.#flush = flush;
  }

  note(attempt: FailedAttempt): void {
    this.#last = attempt;
    this.#count++;
  }

  onDue(time: number): number | null {
    const last = this.#last;
    this.#flush(last, this.#count);
    this.#last = undefined;
    this.#count = 0;
    return last ? time + EVERY_MS : null;
  }
}
