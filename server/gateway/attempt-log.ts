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
    const tell = (last: FailedAttempt, count: number) => this.#append(sn, last, count);
    const entry = new Waiting(tell, () => this.#waiting.delete(sn));
    this.#waiting.set(sn, entry);
    this.#wheel.file(entry, this.#wheel.now() + EVERY_MS);
  }

  /** Journals now what still waits of this dog: before its login, or an order that waits for its next dial, is. */
  tell(sn: string): void {
    const entry = this.#waiting.get(sn);
    if (entry?.tell()) this.#wheel.file(entry, this.#wheel.now() + EVERY_MS);
  }

  #append(sn: string, attempt: FailedAttempt, count: number): void {
    this.#journal.append({ type: "dog.attempt_failed", sn, session: null, ...attempt, count });
  }
}

/** The failures of one dog since its last event; looks each 5 s until a window stays empty. */
class Waiting implements WheelEntry {
  slot = UNFILED;
  readonly #tell: (last: FailedAttempt, count: number) => void;
  readonly #over: () => void;
  #last: FailedAttempt | undefined;
  #count = 0;

  constructor(tell: (last: FailedAttempt, count: number) => void, over: () => void) {
    this.#tell = tell;
    this.#over = over;
  }

  note(attempt: FailedAttempt): void {
    this.#last = attempt;
    this.#count++;
  }

  /** False where there was nothing to tell. */
  tell(): boolean {
    const last = this.#last;
    const count = this.#count;
    this.#last = undefined;
    this.#count = 0;
    if (last) this.#tell(last, count);
    return last !== undefined;
  }

  onDue(time: number): number | null {
    if (this.tell()) return time + EVERY_MS;
    this.#over();
    return null;
  }
}
