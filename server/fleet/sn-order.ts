/** New names wait until somebody asks, but no more than these: sorting them in stays short. */
const MOST_WAITING = 4_096;

/** Places of dogs in the order of their serial numbers. A dog once added stays; its place moves as others come. */
export class SnOrder {
  readonly #sns: string[] = [];
  #order = new Uint32Array(0);
  #ranks = new Uint32Array(0);
  #sorted = 0;

  /** Adds the dog of the next slot. */
  add(sn: string): void {
    this.#sns.push(sn);
    if (this.#sns.length - this.#sorted >= MOST_WAITING) this.#sortIn();
  }

  /** Rank by slot. */
  ranks(): Uint32Array {
    if (this.#sorted < this.#sns.length) this.#sortIn();
    return this.#ranks;
  }

  /** Rank of a name; halfway between its neighbours' where no dog has it. */
  placeOf(sn: string): number {
    this.ranks();
    const place = this.#lowerBound(sn, this.#sorted);
    return this.#at(place) === sn ? place : place - 0.5;
  }

  #at(rank: number): string | undefined {
    const slot = this.#order[rank];
    return slot === undefined ? undefined : this.#sns[slot];
  }

  #lowerBound(sn: string, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#at(middle) ?? "") < sn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Each new name is looked up, what lies between two of them moves as a block. */
  #sortIn(): void {
    const count = this.#sns.length;
    const fresh = this.#sns.slice(this.#sorted).map((sn, i) => ({ sn, slot: this.#sorted + i }));
    fresh.sort((a, b) => (a.sn < b.sn ? -1 : 1));
    if (this.#order.length < count) {
      const order = new Uint32Array(2 * count);
      order.set(this.#order.subarray(0, this.#sorted));
      this.#order = order;
      this.#ranks = new Uint32Array(2 * count);
    }
    let end = this.#sorted;
    for (let left = fresh.length; left > 0; left--) {
      const next = fresh[left - 1];
      if (next === undefined) break;
      const place = this.#lowerBound(next.sn, end);
      this.#order.copyWithin(place + left, place, end);
      this.#order[place + left - 1] = next.slot;
      end = place;
    }
    this.#sorted = count;
    for (let rank = 0; rank < count; rank++) this.#ranks[this.#order[rank] ?? 0] = rank;
  }
}
