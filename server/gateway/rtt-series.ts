/** One round trip: `at` epoch ms to the second, `ms` whole. */
export interface RoundTrip {
  readonly at: number;
  readonly ms: number;
}

/** An hour of pings at the default interval. */
const MOST = 120;
const FIRST = 8;
const FIELDS = 2;

/** The last 120 round trips of one session: eight bytes each, in room that grows as they come. */
export class RttSeries {
  /** Pairs of (epoch seconds, ms); once full, the oldest is overwritten. */
  #pairs = new Uint32Array(FIRST * FIELDS);
  #count = 0;

  /** @param at epoch ms */
  add(at: number, ms: number): void {
    if (this.#count < MOST && this.#count * FIELDS === this.#pairs.length) this.#grow();
    const place = (this.#count++ % MOST) * FIELDS;
    this.#pairs[place] = at / 1_000;
    this.#pairs[place + 1] = ms;
  }

  /** The newest, ms. */
  get last(): number | null {
    return this.#count === 0 ? null : this.#read(this.#count - 1).ms;
  }

  /** Oldest first. */
  points(): readonly RoundTrip[] {
    const from = Math.max(0, this.#count - MOST);
    return Array.from({ length: this.#count - from }, (_, i) => this.#read(from + i));
  }

  #read(index: number): RoundTrip {
    const place = (index % MOST) * FIELDS;
    return { at: (this.#pairs[place] ?? 0) * 1_000, ms: this.#pairs[place + 1] ?? 0 };
  }

  #grow(): void {
    const larger = new Uint32Array(Math.min(MOST * FIELDS, this.#pairs.length * 2));
    larger.set(this.#pairs);
    this.#pairs = larger;
  }
}
