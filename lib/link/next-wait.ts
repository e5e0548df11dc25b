import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { attemptAfterEarlyEnd, type RetryPlan, retryPlan, STRATEGY } from "#lib/reconnection/strategy.ts";
import {
  type LinkContext,
  type LinkEffect,
  type LinkNotice,
  type LinkState,
  type LinkStep,
  type LinkStrategy,
  type NextStep,
  RESTING,
} from "./link-state.ts";
import type { LinkVerdict } from "./link-verdict.ts";
import { noteWait } from "./outage-record.ts";

/** Whatever a server asks for, it gets no longer wait than the longest slow probe; a schedule of one's own may have one. */
export const LONGEST_WAIT_MS = STRATEGY.slow_probe.everyMs * (1 + STRATEGY.slow_probe.jitter[1]);

/**
 * The wait after a session: the first delay, and no less than a step of the backoff where the outage before it had not ended yet.
 * An operator's force begins no outage: the gateway reckons one only once it is not answered in time.
 */
export function waitFirst(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { strategy } = verdict;
  const isRecovering = state.isRecovering || strategy !== "immediate";
  const fresh = { ...state, strategy: "none", isRecovering } as const;
  if (strategy === "slow_probe") return stayAway(fresh, verdict, context);
  const plan = retryPlan(context.policy.schedule, strategy);
  if (plan.firstDelayMs === null) return waitAgain(fresh, verdict, context);
  const firstMs = within(plan.firstDelayMs, context);
  const isStep = state.isRecovering && plan.countsEarlyEnds;
  const attempt = isStep ? attemptAfterEarlyEnd(plan, state.attempt) : state.attempt;
  const ownMs = isStep ? Math.max(firstMs, backoffOf(plan, attempt - 1, context)) : firstMs;
  const delayMs = notBefore(verdict.retryAfterMs, ownMs, context);
  return wait({ ...fresh, attempt }, { delayMs, next: "dial", strategy }, context);
}

/** The wait after a dial, a poll or a token that failed: a step of the backoff, or the slow probe once there is none left. */
export function waitAgain(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { strategy } = verdict;
  if (state.strategy === "slow_probe" || strategy === "slow_probe") return stayAway(state, verdict, context);
  if (strategy === "reauthenticate") {
    if (state.reauthTries >= STRATEGY.reauthenticate.tries) return probe(state, verdict, context);
    const tried = { ...state, attempt: state.attempt + 1, reauthTries: state.reauthTries + 1 };
    const delayMs = notBefore(verdict.retryAfterMs, STRATEGY.reauthenticate.delayMs, context);
    return wait(tried, { delayMs, next: context.policy.canRefresh ? "refresh" : "dial", strategy }, context);
  }
  const plan = retryPlan(context.policy.schedule, strategy);
  if (state.attempt >= plan.lastAttempt) return probe(state, verdict, context);
  const ownMs =
    strategy === "immediate"
      ? within(STRATEGY.immediate.firstDelayMs, context)
      : backoffOf(plan, state.attempt, context);
  const delayMs = notBefore(verdict.retryAfterMs, ownMs, context);
  const next = strategy === "wait_for_service" ? "poll" : "dial";
  return wait({ ...state, attempt: state.attempt + 1 }, { delayMs, next, strategy }, context);
}

/** A server asked for a slow probe; a client that would give up instead works through its backoff first. */
function stayAway(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  if (!context.policy.giveUp) return probe(state, verdict, context);
  return waitAgain(state, { ...verdict, strategy: "exponential_backoff" }, context);
}

/** Every five minutes or so, for ever; only a client that was told to gives up instead. */
function probe(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { policy } = context;
  if (policy.giveUp) {
    const dials = state.attempt + 1;
    return [
      {
        ...RESTING,
        turn: state.turn + 1,
        attempt: state.attempt,
        lastError: verdict.error,
        lastReason: verdict.reason,
      },
      [{ type: "cancel" }, tell({ type: "gave_up", dials, error: verdict.error })],
    ];
  }
  const period = policy.schedule.probeMs ?? STRATEGY.slow_probe.everyMs;
  const ownMs = period * (1 + within(STRATEGY.slow_probe.jitter, context));
  const delayMs = notBefore(verdict.retryAfterMs, ownMs, context);
  const next = policy.canRefresh && verdict.strategy === "reauthenticate" ? "refresh" : "dial";
  return wait(state, { delayMs, next, strategy: "slow_probe" }, context);
}

export function wait(
  state: LinkState,
  { delayMs, next, strategy }: { delayMs: number; next: NextStep; strategy: LinkStrategy },
  { now, policy }: LinkContext,
): LinkStep {
  const turn = state.turn + 1;
  const outage = state.outage && noteWait(state.outage, delayMs);
  const notice: LinkNotice =
    strategy === "slow_probe"
      ? { type: "probing", delayMs }
      : {
          type: "retrying",
          delayMs,
          attempt: state.attempt,
          lastAttempt: retryPlan(policy.schedule, strategy, state.attempt - state.reauthTries).lastAttempt,
          next,
        };
  return [
    { ...state, status: "waiting", next, strategy, turn, outage, dueAt: now + delayMs },
    [{ type: "schedule", turn, delayMs }, tell(notice)],
  ];
}

/**
 * A wait no shorter than a server asked for. What it asks of all it asks at once, so such a wait ends spread out: up to half
 * as much again, at most 10 s.
 */
export function notBefore(askedMs: number, ownMs: number, { random }: LinkContext): number {
  if (askedMs <= ownMs) return ownMs;
  const spread = Math.min(askedMs / 2, STRATEGY.wait_for_service.dialAfterMs[1]);
  return Math.max(ownMs, Math.min(askedMs, LONGEST_WAIT_MS - spread) + random() * spread);
}

function backoffOf(plan: RetryPlan, attempt: number, context: LinkContext): number {
  return calculateBackoff(attempt, plan.baseDelayMs, plan.maxDelayMs) * (1 + within(plan.jitter, context));
}

export const within = ([least, most]: readonly [number, number], { random }: LinkContext): number =>
  least + random() * (most - least);

export const tell = (notice: LinkNotice): LinkEffect => ({ type: "tell", notice });
