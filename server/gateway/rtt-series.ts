/** One round trip: `at` epoch ms to the second, `ms` whole. */
export interface RoundTrip {
  readonly at: number;
  readonly ms: number;
}

/** An hour of pings at the default interval. */
const MOST = 120;
const FIRST = 4;
/** A round trip is one number: seconds times this, and the ms. A ping is answered or its dog is gone long before 2^20 ms. */
const SECOND = 2 ** 20;

/** The last 120 round trips of one session: eight bytes each, in room that grows as they come. */
export class RttSeries {
  /** Once full, the oldest is overwritten. A plain array of doubles: the smallest typed one costs 200 B before it holds any. */
  #trips = room(FIRST);
  #count = 0;

  /** @param at epoch ms */
  add(at: number, ms: number): void {
    if (this.#count < MOST && this.#count === this.#trips.length) this.#grow();
    this.#trips[this.#count++ % MOST] = Math.floor(at / 1_000) * SECOND + Math.min(ms, SECOND - 1);
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
    const trip = this.#trips[index % MOST] ?? 0;
    return { at: Math.floor(trip / SECOND) * 1_000, ms: trip % SECOND };
  }

  #grow(): void {
    const larger = room(Math.min(MOST, this.#trips.length * 2));
    for (const [i, trip] of this.#trips.entries()) larger[i] = trip;
    this.#trips = larger;
  }
}

/** Zeros, held as doubles from the first. */
function room(trips: number): number[] {
  return new Array<number>(trips).fill(0.5).fill(0);
}
