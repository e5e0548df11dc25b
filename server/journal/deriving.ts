import type { Clock } from "#lib/clock/clock.ts";
import type { Derived } from "#lib/history/derived.ts";

export interface DerivingOptions {
  readonly clock: Clock;
  /** What follows from every event so far and was not told yet; null where nothing is to be stored. */
  readonly derive: () => Derived | null;
  /** Called with the instant through which was told: no later event may lie before it. */
  readonly onTold: (through: number) => void;
  /** Called once when deriving begins to fail: that costs figures, never a commit. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Which commit carries what is derived: at most one each `everyMs`, and the one that stores the last event it may rest on,
 * never one before.
 */
export class Deriving {
  readonly #options: DerivingOptions;
  readonly #everyMs: number;
  #held: { readonly derived: Derived; readonly lastSeq: number } | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #isOwed = false;
  #failing = false;

  constructor(options: DerivingOptions, everyMs: number) {
    this.#options = options;
    this.#everyMs = everyMs;
  }

  /** For a commit that stores events up to `lastSeq`, of those told up to `toldSeq`; the last commit of a run waits for nothing. */
  take(lastSeq: number, toldSeq: number, isLast: boolean): Derived | null {
    if (!this.#held) {
      const now = this.#options.clock.monotonic();
      this.#isOwed = !isLast && now - this.#askedAt < this.#everyMs;
      if (this.#isOwed) return null;
      this.#askedAt = now;
      const derived = this.#ask();
      if (derived) this.#held = { derived, lastSeq: toldSeq };
    }
    if (!this.#held || this.#held.lastSeq > lastSeq) return null;
    const { derived } = this.#held;
    this.#held = undefined;
    return derived;
  }

  /** How long (ms) until what the last events led to wants a commit of its own; null where they are told. */
  owedInMs(): number | null {
    if (!this.#isOwed) return null;
    return Math.max(0, this.#askedAt + this.#everyMs - this.#options.clock.monotonic());
  }

  #ask(): Derived | null {
    try {
      const derived = this.#options.derive();
      this.#failing = false;
      if (derived) this.#options.onTold(derived.toldThrough);
      return derived;
    } catch (error) {
      if (!this.#failing) this.#options.onTrouble(error);
      this.#failing = true;
      return null;
    }
  }
}
