/** What orders a list: a number per position, and the tie-break where two are equal. */
export interface Order {
  readonly keys: Float64Array;
  readonly ties: Int32Array;
}

/** A place in an order; it need not be one of its items'. */
export interface Place {
  readonly key: number;
  readonly tie: number;
}

export interface Picked {
  /** Positions, in order. */
  readonly positions: Uint32Array;
  /** Items at or before `after`. */
  readonly skipped: number;
}

/**
 * The first `most` items after a place, in order: one pass with a heap of `most`, for to show 100 of 100,000 not all need
 * sorting. It starts at the end that looks smaller, since what is nearly in order then meets a heap that is full of the best.
 */
export function pickFirst({ keys, ties }: Order, most: number, after: Place | null): Picked {
  const count = keys.length;
  const heap = new Uint32Array(Math.min(most, count));
  let held = 0;
  let skipped = 0;
  const isBefore = (a: number, b: number): boolean => {
    const left = keys[a] ?? 0;
    const right = keys[b] ?? 0;
    return left < right || (left === right && (ties[a] ?? 0) < (ties[b] ?? 0));
  };
  const down = (from: number): void => {
    const item = heap[from] ?? 0;
    let index = from;
    for (let child = 2 * index + 1; child < held; child = 2 * index + 1) {
      if (child + 1 < held && isBefore(heap[child] ?? 0, heap[child + 1] ?? 0)) child++;
      const below = heap[child] ?? 0;
      if (!isBefore(item, below)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = item;
  };
  const backwards = count > 0 && isBefore(count - 1, 0);
  for (let n = 0; n < count; n++) {
    const i = backwards ? count - 1 - n : n;
    if (after !== null) {
      const key = keys[i] ?? 0;
      if (key < after.key || (key === after.key && (ties[i] ?? 0) <= after.tie)) {
        skipped++;
        continue;
      }
    }
    if (held < heap.length) {
      heap[held++] = i;
      if (held === heap.length) for (let at = (held >>> 1) - 1; at >= 0; at--) down(at);
    } else if (isBefore(i, heap[0] ?? 0)) {
      heap[0] = i;
      down(0);
    }
  }
  const positions = heap.subarray(0, held).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { positions, skipped };
}
