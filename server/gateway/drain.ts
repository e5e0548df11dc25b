import type { Clock } from "#lib/clock/clock.ts";
import type { DogConnection } from "./connection.ts";

export interface DrainOptions {
  readonly clock: Clock;
  readonly connections: ReadonlySet<DogConnection>;
  /** Closes one with 1012; never throws. */
  readonly end: (connection: DogConnection) => void;
  readonly windowMs: number;
  /** What is left this long after the last close is terminated. */
  readonly graceMs: number;
}

/** A small fleet need not wait the whole window: never slower than 50 closes a second. */
const MOST_PER_CLOSE_MS = 20;
const STEP_MS = 20;

/** Closes everything with 1012, spread over the window, and resolves when nothing is left. */
export function drain({ clock, connections, end, windowMs, graceMs }: DrainOptions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const queue = [...connections];
  const total = queue.length;
  const spreadMs = Math.min(windowMs, total * MOST_PER_CLOSE_MS);
  const startedAt = clock.monotonic();
  let next = 0;
  const step = () => {
    if (connections.size === 0) return resolve();
    const passedMs = clock.monotonic() - startedAt;
    const due = spreadMs === 0 ? total : Math.min(total, Math.ceil((passedMs / spreadMs) * total));
    for (const connection of queue.slice(next, due)) end(connection);
    next = Math.max(next, due);
    if (passedMs >= spreadMs + graceMs) {
      for (const connection of connections) connection.socket.terminate();
      return resolve();
    }
    clock.schedule(STEP_MS, step);
  };
  step();
  return promise;
}
