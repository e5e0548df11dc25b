import type { Clock } from "./clock.ts";

/** A clock ahead of the wall runs slower by this share: an hour is worked off in eight days, no countdown shows it. */
const SLOWER = 0.005;
/** A change of the wall clock against monotonic time that is worth a word. */
const STEP_MS = 1_000;

/** Wall time that is never set back. */
export interface ForwardClock extends Clock {
  /** Goes on from `at` (epoch ms) where it is behind it. */
  notBefore(at: number): void;
}

/**
 * A wall clock over another's: where that one is set back (NTP, an operator) this one goes on at the pace of monotonic time, a
 * little slower until the wall has caught up; where it leaps ahead (a host that slept) this one follows. Whole ms.
 * @param onStep told of every step of the wall clock, in ms; negative is back
 */
export function createForwardClock(clock: Clock, onStep: (ms: number) => void = () => {}): ForwardClock {
  let readAt = clock.monotonic();
  let time = clock.now();
  let offset = time - readAt;

  function now(): number {
    const monotonic = clock.monotonic();
    const wall = clock.now();
    const elapsed = monotonic - readAt;
    time = Math.max(wall, time + elapsed * (1 - SLOWER));
    readAt = monotonic;
    const step = wall - monotonic - offset;
    offset += step;
    if (Math.abs(step) >= STEP_MS) onStep(Math.round(step));
    return Math.floor(time);
  }

  return {
    now,
    monotonic: () => clock.monotonic(),
    schedule: (delayMs, task) => clock.schedule(delayMs, task),
    notBefore(at) {
      time = Math.max(time, at);
    },
  };
}
