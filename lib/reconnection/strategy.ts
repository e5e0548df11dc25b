import { calculateBackoff } from "./backoff.ts";
import type { Strategy } from "./reason-code.ts";
import type { Schedule } from "./schedule.ts";

/** The strategies of a `leash` dog in numbers (DESIGN section 5). Ms; ranges are uniform. */
export const STRATEGY = {
  exponential_backoff: { firstDelayMs: [0, 5_000], jitter: [0, 0.5] },
  reauthenticate: { delayMs: 5_000, tries: 5 },
  /** Polls of `/healthz`; a healthy answer is followed by a dial after `dialAfterMs`. */
  wait_for_service: { firstPollMs: 5_000, maxPollMs: 60_000, jitter: [-0.2, 0.2], dialAfterMs: [0, 10_000] },
  immediate: { firstDelayMs: [0, 1_000] },
  slow_probe: { everyMs: 300_000, jitter: [-0.2, 0.2] },
} as const;

/** One dog's way through one outage, ready to be projected. */
export interface RetryPlan {
  /** Wait before the first dial; null where the first window is a backoff window itself. */
  readonly firstDelayMs: readonly [number, number] | null;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Share of a delay added at random, lowest and highest. */
  readonly jitter: readonly [number, number];
  /** Position of the last dial. */
  readonly lastAttempt: number;
  /** What a dial may take on top of its wait. */
  readonly dialTimeoutMs: number;
  readonly probeMs: number | null;
  /** A session that ends before it was stable counts as a step of this backoff; elsewhere its end is answered as any other. */
  readonly countsEarlyEnds: boolean;
}

/**
 * How a dog on `schedule` works through an outage that asks for `strategy`. A seed dog is exponential whatever the reason.
 * `reauthFrom` is the attempt at which a leash dog began to re-authenticate.
 */
export function retryPlan(schedule: Schedule, strategy: Strategy, reauthFrom = 0): RetryPlan {
  const exponential: RetryPlan = {
    firstDelayMs: schedule.firstDelayMs,
    baseDelayMs: schedule.baseDelayMs,
    maxDelayMs: schedule.maxDelayMs,
    jitter: [0, schedule.jitter],
    lastAttempt: schedule.maxRetries,
    dialTimeoutMs: schedule.dialTimeoutMs,
    probeMs: schedule.probeMs,
    countsEarlyEnds: schedule.kind === "leash",
  };
  if (schedule.kind === "seed") return exponential;
  switch (strategy) {
    case "immediate":
      return { ...exponential, firstDelayMs: STRATEGY.immediate.firstDelayMs, countsEarlyEnds: false };
    case "reauthenticate": {
      const { delayMs, tries } = STRATEGY.reauthenticate;
      const fixed = { firstDelayMs: null, baseDelayMs: delayMs, maxDelayMs: delayMs, jitter: [0, 0] as const };
      return { ...exponential, ...fixed, lastAttempt: reauthFrom + tries, countsEarlyEnds: false };
    }
    case "wait_for_service": {
      const { firstPollMs, maxPollMs, jitter, dialAfterMs } = STRATEGY.wait_for_service;
      const polls = { firstDelayMs: null, baseDelayMs: firstPollMs, maxDelayMs: maxPollMs, jitter };
      const dialTimeoutMs = exponential.dialTimeoutMs + dialAfterMs[1];
      return { ...exponential, ...polls, dialTimeoutMs, countsEarlyEnds: false };
    }
    case "exponential_backoff":
    case "none":
      return exponential;
  }
}

/**
 * Position after a session that ended before it was stable: the outage goes on, one step further and no further than the last.
 * A dog that was let in dials again however often: only dials that fail lead to the slow probe.
 */
export function attemptAfterEarlyEnd({ countsEarlyEnds, lastAttempt }: RetryPlan, attempt: number): number {
  return countsEarlyEnds ? Math.max(attempt, Math.min(attempt + 1, Math.max(1, lastAttempt))) : attempt;
}

/**
 * Least and most of the wait before the first dial at `attempt`, ms; null where there is no such wait. Past the first position
 * a session did not last: no sooner than the step that was taken for it, and spread at least as far as any first dial.
 */
export function firstDelayRange(plan: RetryPlan, attempt: number): readonly [number, number] | null {
  const { firstDelayMs, jitter, baseDelayMs, maxDelayMs } = plan;
  if (firstDelayMs === null || !plan.countsEarlyEnds) return firstDelayMs;
  const stepMs = calculateBackoff(attempt - 1, baseDelayMs, maxDelayMs);
  return [Math.max(firstDelayMs[0], stepMs * (1 + jitter[0])), Math.max(firstDelayMs[1], stepMs * (1 + jitter[1]))];
}
