import type { Clock } from "#lib/clock/clock.ts";

/** Starts one thing after another, at most `perSecond`, in the order they came. */
export interface Pacer<T> {
  add(items: readonly T[]): void;
  readonly waiting: number;
  close(): void;
}

const SHORTEST_STEP_MS = 20;

/** The first of a quiet time goes at once; from then on evenly, by monotonic time. */
export function createPacer<T>(clock: Clock, perSecond: number, start: (item: T) => void): Pacer<T> {
  const stepMs = Math.max(SHORTEST_STEP_MS, 1_000 / perSecond);
  const perStep = (perSecond * stepMs) / 1_000;
  let queue: T[] = [];
  let head = 0;
  let credit = perStep;
  let refilledAt = clock.monotonic();
  let cancel: (() => void) | null = null;

  function pump(): void {
    cancel = null;
    const now = clock.monotonic();
    // A late timer is made up for over the next steps, never by two at once.
    credit = Math.min(perStep + 0.99, credit + ((now - refilledAt) * perSecond) / 1_000);
    refilledAt = now;
    for (; head < queue.length && credit > 1 - 1e-6; credit--) {
      const item = queue[head++];
      if (item !== undefined) start(item);
    }
    if (head === queue.length) {
      queue = [];
      head = 0;
    } else cancel = clock.schedule(stepMs, pump);
  }

  return {
    add(items) {
      for (const item of items) queue.push(item);
      if (cancel === null) pump();
    },
    get waiting() {
      return queue.length - head;
    },
    close() {
      cancel?.();
      cancel = null;
      queue = [];
      head = 0;
    },
  };
}
