/** What a heap keeps: it writes each item's place so that an item can move or leave in O(log n). */
export interface HeapItem {
  dueAt: number | null;
  heapIndex: number;
}

/** A binary min-heap on `dueAt`. Items with `dueAt` null are not in it. */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** Files `item` under a new instant, or takes it out where that is null. */
  update(item: T, dueAt: number | null): void {
    const before = item.dueAt;
    if (before === dueAt) return;
    item.dueAt = dueAt;
    if (before === null) {
      item.heapIndex = this.#items.push(item) - 1;
      this.#up(item.heapIndex);
    } else if (dueAt === null) this.#remove(item);
    else if (dueAt < before) this.#up(item.heapIndex);
    else this.#down(item.heapIndex);
  }

  #remove(item: T): void {
    const { heapIndex } = item;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return;
    this.#place(last, heapIndex);
    this.#up(heapIndex);
    this.#down(last.heapIndex);
  }

  #up(from: number): void {
    const item = this.#items[from];
    if (item === undefined) return;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || due(parent) <= due(item)) break;
      this.#place(parent, index);
      index = above;
    }
    this.#place(item, index);
  }

  #down(from: number): void {
    const item = this.#items[from];
    if (item === undefined) return;
    let index = from;
    for (;;) {
      const left = this.#items[2 * index + 1];
      if (left === undefined) break;
      const right = this.#items[2 * index + 2];
      const child = right !== undefined && due(right) < due(left) ? right : left;
      if (due(child) >= due(item)) break;
      const below = child.heapIndex;
      this.#place(child, index);
      index = below;
    }
    this.#place(item, index);
  }

  #place(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}

function due(item: HeapItem): number {
  return item.dueAt ?? Number.POSITIVE_INFINITY;
}
