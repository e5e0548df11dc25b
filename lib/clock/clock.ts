/** Time as an argument. `now` is wall time in epoch ms, `monotonic` never runs backwards (ms, arbitrary origin). */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Runs `task` once after `delayMs` (>= 0). Returns the cancel; cancelling twice is harmless. */
  schedule(delayMs: number, task: () => void): () => void;
}
