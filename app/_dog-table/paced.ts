import type { Clock } from "#lib/clock/clock.ts";

export interface Paced {
  /** Asks for a run: at once if the last is long enough ago, else when it is. Asking again meanwhile adds nothing. */
  ask(): void;
  /** Drops what was asked for and takes no more. */
  close(): void;
}

/** Runs `task` at most once in `gapMs()` ms, whatever the number of asks; the last ask is never lost. */
export function createPaced(clock: Clock, gapMs: () => number, task: () => void): Paced {
  let ranAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  let closed = false;
  const run = () => {
    cancel = null;
    ranAt = clock.monotonic();
    task();
  };
  return {
    ask() {
      if (closed || cancel !== null) return;
      const waitMs = ranAt + gapMs() - clock.monotonic();
      if (waitMs <= 0) run();
      else cancel = clock.schedule(waitMs, run);
    },
    close() {
      closed = true;
      cancel?.();
      cancel = null;
    },
  };
}
