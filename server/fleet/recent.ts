/** What happened in the last stretch of time, nearly in order; the old is dropped in blocks, the number is bounded. */
export class Recent<T> {
  readonly #keptMs: number;
  readonly #most: number;
  readonly #timeOf: (item: T) => number;
  #items: T[] = [];

  constructor(keptMs: number, most: number, timeOf: (item: T) => number) {
    this.#keptMs = keptMs;
    this.#most = most;
    this.#timeOf = timeOf;
  }

  add(item: T): void {
    this.#items.push(item);
    const [first] = this.#items;
    const span = first === undefined ? 0 : this.#timeOf(item) - this.#timeOf(first);
    if (span <= 2 * this.#keptMs && this.#items.length <= 2 * this.#most) return;
    const from = this.#timeOf(item) - this.#keptMs;
    this.#items = this.#items.filter((other) => this.#timeOf(other) >= from).slice(-this.#most);
  }

  /** Items at or after `from`. */
  since(from: number): readonly T[] {
    return this.#items.filter((item) => this.#timeOf(item) >= from);
  }
}
