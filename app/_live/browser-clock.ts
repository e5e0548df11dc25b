import type { Clock } from "#lib/clock/clock.ts";

/** The browser's edge for timers and time. Its wall clock is never shown: countdowns run on the server's (live-store.ts). */
export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
