import { FakeClock } from "#lib/testing/fake-clock.ts";

/** A clock for code that only pauses: what it schedules runs in the next turn, however long the wait, and time stands still. */
export class ImpatientClock extends FakeClock {
  override schedule(_delayMs: number, run: () => void): () => void {
    let cancelled = false;
    queueMicrotask(() => {
      if (!cancelled) run();
    });
    return () => {
      cancelled = true;
    };
  }
}
