/** The gateway's settings that decide what counts, ms. */
export interface TruthSettings {
  readonly stableAfterMs: number;
  readonly silentAfterMs: number;
  readonly readTimeoutMs: number;
  readonly flapWindowMs: number;
  readonly flappingFrom: number;
  readonly forcedGraceMs: number;
  /** What is assumed of dogs that tell no schedule. */
  readonly assumed: {
    readonly maxRetries: number;
    readonly baseDelayMs: number;
    readonly maxDelayMs: number;
    readonly dialTimeoutMs: number;
  };
  readonly tolerance: Tolerance;
}

/** Where the gateway cannot know better, and how much that may be. Nothing else is tolerated. */
export interface Tolerance {
  /**
   * Between a dog's act and the gateway's knowing of it: loopback, and two event loops on busy cores.
   */
  readonly latencyMs: number;
  /** Instants of one journal are 1 ms apart at least: of many events at once the last is dated that much later. A dog on a busy core notes a frame that much after it. */
  readonly stampMs: number;
  /** Silence and stability are noticed by a wheel that turns once a tick, counts a frame to the tick's end, and skips a late one. */
  readonly wheelMs: number;
  /** What the fold derives is stored once a second and read from a cache: statistics and outages are as of then. */
  readonly tellingMs: number;
}

export const DEMO_SETTINGS: TruthSettings = {
  stableAfterMs: 60_000,
  silentAfterMs: 45_000,
  readTimeoutMs: 75_000,
  flapWindowMs: 600_000,
  flappingFrom: 3,
  forcedGraceMs: 60_000,
  assumed: { maxRetries: 15, baseDelayMs: 1_000, maxDelayMs: 60_000, dialTimeoutMs: 10_000 },
  tolerance: { latencyMs: 1_000, stampMs: 300, wheelMs: 4_000, tellingMs: 3_000 },
};

/** The wait before a seed dog's dial `n` + 1, as DESIGN section 4 assumes it: base * 2^n, capped. */
export function assumedWaitMs({ assumed }: TruthSettings, n: number): number {
  return Math.min(assumed.maxDelayMs, assumed.baseDelayMs * 2 ** n);
}

/** How long after a drop a seed dog is given up at the latest: every wait, and a time-out for every dial. */
export function givesUpAfterMs(settings: TruthSettings): number {
  const { maxRetries, dialTimeoutMs } = settings.assumed;
  let waits = 0;
  for (let n = 0; n < maxRetries; n++) waits += assumedWaitMs(settings, n);
  return waits + (maxRetries + 1) * dialTimeoutMs;
}

/** Dials a seed dog has made `outMs` after its drop if each failed at once: the gateway hears none of them. */
export function assumedDials(settings: TruthSettings, outMs: number): number {
  let dials = 1;
  for (let at = 0; dials <= settings.assumed.maxRetries; dials++) {
    at += assumedWaitMs(settings, dials - 1);
    if (at > outMs) break;
  }
  return Math.min(dials, settings.assumed.maxRetries + 1);
}
