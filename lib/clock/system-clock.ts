import type { Clock } from "./clock.ts";

/** Node cannot hold a longer timer: it would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The only raw timer of the project. A pending one keeps the process alive: a dog that only waits must not end. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
