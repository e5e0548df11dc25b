/** A sorted sequence that can be read by position. */
export interface Ordered<T> extends Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

type Compare<T> = (a: T, b: T) => number;

const CHUNK = 512;

/** First index whose item is not before `item`. */
export function lowerBound<T>(items: Ordered<T>, item: T, compare: Compare<T>): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = items.at(middle);
    if (other !== undefined && compare(other, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

class Snapshot<T> implements Ordered<T> {
  readonly length: number;
  readonly #chunks: readonly (readonly T[])[];
  readonly #starts: Uint32Array;

  constructor(chunks: readonly (readonly T[])[]) {
    this.#chunks = chunks;
    this.#starts = new Uint32Array(chunks.length);
    let length = 0;
    for (let i = 0; i < chunks.length; i++) {
      this.#starts[i] = length;
      length += chunks[i]?.length ?? 0;
    }
    this.length = length;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  at(index: number): T | undefined {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return this.#chunks[low - 1]?.[index - (this.#starts[low - 1] ?? 0)];
  }
}

/**
 * A sorted list whose snapshots are free: chunks of up to 512 are copied only when written after a snapshot was taken.
 * Adding, removing and finding cost the logarithm and one chunk.
 */
export class SortedList<T> {
  readonly #compare: Compare<T>;
  #chunks: T[][] = [];
  /** Chunks no snapshot holds. */
  #own = new Set<T[]>();
  #snapshot: Snapshot<T> | null = null;
  #length = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#length;
  }

  add(item: T): void {
    this.#snapshot = null;
    this.#length++;
    const index = Math.min(this.#chunkOf(item), this.#chunks.length - 1);
    if (index < 0) {
      this.#put(0, 0, [item]);
      return;
    }
    const chunk = this.#writable(index);
    chunk.splice(lowerBound(chunk, item, this.#compare), 0, item);
    if (chunk.length > CHUNK)
      this.#put(index + 1, 0, chunk.splice(index === this.#chunks.length - 1 ? CHUNK : CHUNK / 2));
  }

  /** Removes the item that compares equal. False when there is none. */
  delete(item: T): boolean {
    const index = this.#chunkOf(item);
    const found = this.#chunks[index];
    if (!found) return false;
    const at = lowerBound(found, item, this.#compare);
    const other = found[at];
    if (other === undefined || this.#compare(other, item) !== 0) return false;
    this.#snapshot = null;
    this.#length--;
    const chunk = this.#writable(index);
    chunk.splice(at, 1);
    if (chunk.length === 0) {
      this.#own.delete(chunk);
      this.#chunks.splice(index, 1);
    }
    return true;
  }

  /** The list as it is now, whatever happens to it later. */
  snapshot(): Ordered<T> {
    if (this.#snapshot === null) {
      this.#snapshot = new Snapshot([...this.#chunks]);
      this.#own = new Set();
    }
    return this.#snapshot;
  }

  /** First chunk whose last item is not before `item`. */
  #chunkOf(item: T): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last !== undefined && this.#compare(last, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #put(index: number, removed: number, chunk: T[]): void {
    this.#own.add(chunk);
    this.#chunks.splice(index, removed, chunk);
  }

  #writable(index: number): T[] {
    const chunk = this.#chunks[index] ?? [];
    if (this.#own.has(chunk)) return chunk;
    const copy = [...chunk];
    this.#put(index, 1, copy);
    return copy;
  }
}
