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
  };
  if (schedule.kind === "seed") return exponential;
  switch (strategy) {
    case "immediate":
      return { ...exponential, firstDelayMs: STRATEGY.immediate.firstDelayMs };
    case "reauthenticate": {
      const { delayMs, tries } = STRATEGY.reauthenticate;
      const fixed = { firstDelayMs: null, baseDelayMs: delayMs, maxDelayMs: delayMs, jitter: [0, 0] as const };
      return { ...exponential, ...fixed, lastAttempt: reauthFrom + tries };
    }
    case "wait_for_service": {
      const { firstPollMs, maxPollMs, jitter, dialAfterMs } = STRATEGY.wait_for_service;
      const polls = { firstDelayMs: null, baseDelayMs: firstPollMs, maxDelayMs: maxPollMs, jitter };
      return { ...exponential, ...polls, dialTimeoutMs: exponential.dialTimeoutMs + dialAfterMs[1] };
    }
    case "exponential_backoff":
    case "none":
      return exponential;
  }
}
