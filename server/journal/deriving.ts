import type { Derived } from "#lib/history/derived.ts";

export interface DerivingOptions {
  /** What follows from every event so far and was not told yet; null where nothing is to be stored. */
  readonly derive: () => Derived | null;
  /** Called with the instant through which was told: no later event may lie before it. */
  readonly onTold: (through: number) => void;
  /** Called once when deriving begins to fail: that costs figures, never a commit. */
  readonly onTrouble: (error: unknown) => void;
}

/** Which commit carries what is derived: the one that stores the last event it may rest on, never one before. */
export class Deriving {
  readonly #options: DerivingOptions;
  #held: { readonly derived: Derived; readonly lastSeq: number } | undefined;
  #failing = false;

  constructor(options: DerivingOptions) {
    this.#options = options;
  }

  /** For a commit that stores events up to `lastSeq`, of those told up to `toldSeq`. */
  take(lastSeq: number, toldSeq: number): Derived | null {
    if (!this.#held) {
      const derived = this.#ask();
      if (derived) this.#held = { derived, lastSeq: toldSeq };
    }
    if (!this.#held || this.#held.lastSeq > lastSeq) return null;
    const { derived } = this.#held;
    this.#held = undefined;
    return derived;
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
