/** The backoff parameters of one dog, carried on `dog.connected` and frozen into its outage. All times in ms. */
export interface Schedule {
  readonly kind: "seed" | "leash";
  /** reported by the dog, pushed by the gateway and understood, or assumed because the dog says nothing. */
  readonly source: "reported" | "pushed" | "assumed";
  /** Dials after the first one before the dog gives up (seed: `currentAttempt <= maxRetries`). */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Wait before the first dial, earliest and latest. */
  readonly firstDelayMs: readonly [number, number];
  /** Share of a delay that may be added at random: 0.5 means up to 50 % more. */
  readonly jitter: number;
  readonly dialTimeoutMs: number;
  /** Period of the slow probe after the last dial; null for a dog that gives up for good. */
  readonly probeMs: number | null;
}

/** The part an operator sets: pushed to dogs that understand it, assumed of those that do not. */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** What the seed's client does with its own defaults (seed 2.2: 15 / 1 s / 60 s, first dial at once, no jitter). */
export const SEED_POLICY: RetryPolicy = { maxRetries: 15, baseDelayMs: 1_000, maxDelayMs: 60_000 };

/** What is pushed to dogs that understand it, and the manager's default (seed 2.1: 10 / 1 s / 30 s). */
export const PUSHED_POLICY: RetryPolicy = { maxRetries: 10, baseDelayMs: 1_000, maxDelayMs: 30_000 };

/**
 * What may be pushed. With half as much again no step is longer than the longest slow probe (6 min), so that the next correction reaches them: a clock
 * that counted further would count down to a dial nobody makes. Ms.
 */
export const PUSHED_LIMITS = { maxRetries: 1_000, leastDelayMs: 100, mostDelayMs: 240_000 } as const;

/** A policy as dogs keep it: one from a journal older than the limits included. */
export function withinPushedLimits({ maxRetries, baseDelayMs, maxDelayMs }: RetryPolicy): RetryPolicy {
  const { leastDelayMs, mostDelayMs, maxRetries: most } = PUSHED_LIMITS;
  const bounded = (ms: number) => Math.min(mostDelayMs, Math.max(leastDelayMs, ms));
  return { maxRetries: Math.min(most, maxRetries), baseDelayMs: bounded(baseDelayMs), maxDelayMs: bounded(maxDelayMs) };
}

/** The schedule of a dog that told us nothing: the seed's client. */
export function assumedSchedule(policy: RetryPolicy = SEED_POLICY): Schedule {
  return {
    kind: "seed",
    source: "assumed",
    ...policy,
    firstDelayMs: [0, 0],
    jitter: 0,
    dialTimeoutMs: 10_000,
    probeMs: null,
  };
}

/** The schedule of a Leash dog on `policy` (DESIGN section 5: first dial U(0..5 s), 0..50 % added, probe every 5 min). */
export function leashSchedule(policy: RetryPolicy = PUSHED_POLICY, source: "reported" | "pushed" = "pushed"): Schedule {
  return {
    kind: "leash",
    source,
    ...policy,
    firstDelayMs: [0, 5_000],
    jitter: 0.5,
    dialTimeoutMs: 10_000,
    probeMs: 300_000,
  };
}
