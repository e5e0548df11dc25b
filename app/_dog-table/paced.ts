import type { Clock } from "#lib/clock/clock.ts";

/** What stretches the gap may be over before it is: a wait looks at it again this often. */
const LOOK_AGAIN_MS = 100;

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
  const runWhenDue = () => {
    const waitMs = ranAt + gapMs() - clock.monotonic();
    if (waitMs <= 0) run();
    else cancel = clock.schedule(Math.min(waitMs, LOOK_AGAIN_MS), runWhenDue);
  };
  return {
    ask() {
      if (!closed && cancel === null) runWhenDue();
    },
    close() {
      closed = true;
      cancel?.();
      cancel = null;
    },
  };
}
