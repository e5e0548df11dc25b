import type { Clock } from "#lib/clock/clock.ts";

const LATE = Symbol("late");

export interface Deadline {
  readonly signal: AbortSignal;
  /** Ends the timer; the caller's own signal keeps working. */
  readonly stop: () => void;
}

/** A signal that aborts after `timeoutMs`, or with `parent`. */
export function startDeadline(clock: Clock, timeoutMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const stop = clock.schedule(timeoutMs, () => controller.abort(LATE));
  const signal = parent === undefined ? controller.signal : AbortSignal.any([controller.signal, parent]);
  return { signal, stop };
}

/** True when the signal was aborted by its timer, not by whoever asked. */
export function isAnsweredLate(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === LATE;
}
