const LOOK_EVERY_MS = 5;
/** A gap of a few looks is a timer's own lateness. */
const STALL_MS = 50;

export interface Stalls {
  /** Time in which this process did not turn, all stalls together (ms). */
  lostMs(): number;
  /** The longest turn of its event loop (ms). */
  longestMs(): number;
  stop(): void;
}

/** Watches how long this process stands still: for bounds on what waits, where the machine's own pauses are to be told apart. */
export function watchStalls(): Stalls {
  let at = performance.now();
  let lostMs = 0;
  let longestMs = 0;
  const look = () => {
    const gapMs = performance.now() - at;
    at += gapMs;
    longestMs = Math.max(longestMs, gapMs);
    if (gapMs > STALL_MS) lostMs += gapMs;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    lostMs() {
      look();
      return lostMs;
    },
    longestMs() {
      look();
      return longestMs;
    },
    stop: () => clearInterval(timer),
  };
}
