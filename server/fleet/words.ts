/** Number that stands for no word. */
export const NO_WORD = 0;

/** Words of many dogs by number: equal words have one, and a word nobody says any more makes room for another. */
export class Words {
  readonly #ids = new Map<string, number>();
  readonly #words: (string | null)[] = [null];
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];

  /** Numbers in use lie below this. */
  get size(): number {
    return this.#words.length;
  }

  /** Counts one more use of a word. Returns its number. */
  take(word: string | null): number {
    if (word === null) return NO_WORD;
    const known = this.#ids.get(word);
    const id = known ?? this.#free.pop() ?? this.#words.length;
    if (known === undefined) {
      this.#ids.set(word, id);
      this.#words[id] = word;
      this.#uses[id] = 0;
    }
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    return id;
  }

  /** Counts one use less. */
  drop(id: number): void {
    const word = this.#words[id] ?? null;
    if (word === null) return;
    const left = (this.#uses[id] ?? 0) - 1;
    this.#uses[id] = left;
    if (left > 0) return;
    this.#ids.delete(word);
    this.#words[id] = null;
    this.#free.push(id);
  }

  idOf(word: string): number | undefined {
    return this.#ids.get(word);
  }

  wordOf(id: number): string | null {
    return this.#words[id] ?? null;
  }

  /** 1 at the number of each word that fits. */
  matching(fits: (word: string) => boolean): Uint8Array {
    return Uint8Array.from(this.#words, (word) => Number(word !== null && fits(word)));
  }
}
