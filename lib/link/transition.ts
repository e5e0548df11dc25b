import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { type RetryPlan, retryPlan, STRATEGY } from "#lib/reconnection/strategy.ts";
import {
  type LinkEffect,
  type LinkEvent,
  type LinkNotice,
  type LinkPolicy,
  type LinkState,
  type LinkStrategy,
  type NextStep,
  RESTING,
} from "./link-state.ts";
import { type LinkVerdict, verdictOfEnd, verdictOfRefusal } from "./link-verdict.ts";
import { beginOutage, noteDelay, noteDial } from "./outage-record.ts";

export interface LinkContext {
  /** Monotonic, ms. */
  readonly now: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly policy: LinkPolicy;
}

export type LinkStep = readonly [LinkState, readonly LinkEffect[]];

/** A dial, a poll or a callback that does not even fail in its own time is given up this much later, ms. */
const OVERDUE_MS = 1_000;
const LOGIN_TIMEOUT_MS = 10_000;
const POLL_TIMEOUT_MS = 5_000;
const REFRESH_TIMEOUT_MS = 10_000;
/** Whatever a server asks for, no wait is longer than the longest slow probe. */
export const LONGEST_WAIT_MS = STRATEGY.slow_probe.everyMs * (1 + STRATEGY.slow_probe.jitter[1]);

/**
 * One step of a dog's line: decides, does nothing. Never throws, never waits without a bound, dials one at a time, and after
 * `stop` asks for nothing. Strategies and their numbers: DESIGN section 5, `lib/reconnection/strategy.ts`.
 */
export function transition(state: LinkState, event: LinkEvent, context: LinkContext): LinkStep {
  if ("turn" in event && event.turn !== state.turn) return [state, []];
  switch (event.type) {
    case "start":
      return state.status === "resting" ? dial({ ...RESTING, turn: state.turn }, context) : [state, []];
    case "stop":
      return stop(state);
    case "reset":
      return [{ ...state, attempt: 0, reauthTries: 0 }, []];
    case "network_changed":
    case "dial_now":
      return dialNow(state, context);
    case "due":
      return due(state, context);
    case "opened":
      return state.status === "dialing" ? signIn(state, context) : [state, []];
    case "accepted":
      return state.status === "signing_in" ? comeUp(state, context) : [state, []];
    case "refused":
      return state.status === "signing_in" ? refuse(state, event, context) : [state, []];
    case "ended":
      return end(state, verdictOfEnd(event.end), context);
    case "polled":
      return state.status === "polling" ? afterPoll(state, event.healthy, event.retryAfterMs, context) : [state, []];
    case "refreshed":
      return state.status === "refreshing" ? afterRefresh(state, event.ok, context) : [state, []];
  }
}

function dial(state: LinkState, { now, policy }: LinkContext): LinkStep {
  const turn = state.turn + 1;
  const delayMs = policy.schedule.dialTimeoutMs + OVERDUE_MS;
  const outage = state.outage && noteDial(state.outage, state.strategy === "slow_probe");
  return [
    { ...state, status: "dialing", next: "dial", turn, outage, dueAt: now + delayMs },
    [tell({ type: "connecting" }), { type: "dial", turn }, { type: "schedule", turn, delayMs }],
  ];
}

function signIn(state: LinkState, { now }: LinkContext): LinkStep {
  const { turn, outage } = state;
  return [
    { ...state, status: "signing_in", dueAt: now + LOGIN_TIMEOUT_MS },
    [
      { type: "login", turn, outage },
      { type: "schedule", turn, delayMs: LOGIN_TIMEOUT_MS },
    ],
  ];
}

function comeUp(state: LinkState, { now, policy }: LinkContext): LinkStep {
  const { turn } = state;
  const delayMs = policy.stableMs;
  return [
    { ...state, status: "up", strategy: "none", outage: null, upSince: now, isStable: false, dueAt: now + delayMs },
    [{ type: "schedule", turn, delayMs }, tell({ type: "connected" })],
  ];
}

function stop(state: LinkState): LinkStep {
  if (state.status === "resting") return [state, []];
  const hasSocket = state.status === "up" || state.status === "signing_in";
  return [
    { ...RESTING, turn: state.turn + 1 },
    [{ type: "cancel" }, { type: "hang_up", code: hasSocket ? 1000 : null }, tell({ type: "stopped" })],
  ];
}

function due(state: LinkState, context: LinkContext): LinkStep {
  switch (state.status) {
    case "resting":
      return [state, []];
    case "waiting":
      return state.next === "dial" ? dial(state, context) : ask(state, state.next, context);
    case "polling":
      return afterPoll(state, false, null, context);
    case "refreshing":
      return afterRefresh(state, false, context);
    case "dialing":
    case "signing_in":
      return hangUpAnd(end(state, OVERDUE, context));
    case "up":
      return [
        { ...state, isStable: true, attempt: 0, reauthTries: 0, dueAt: null },
        state.isStable ? [] : [tell({ type: "stable" })],
      ];
  }
}

/** Looks at `/healthz`, or fetches a token. */
function ask(state: LinkState, what: "poll" | "refresh", { now }: LinkContext): LinkStep {
  const turn = state.turn + 1;
  const polls = what === "poll";
  const delayMs = (polls ? POLL_TIMEOUT_MS : REFRESH_TIMEOUT_MS) + OVERDUE_MS;
  return [
    { ...state, status: polls ? "polling" : "refreshing", turn, dueAt: now + delayMs },
    [
      { type: polls ? "poll" : "refresh_token", turn },
      { type: "schedule", turn, delayMs },
    ],
  ];
}

function afterPoll(state: LinkState, healthy: boolean, retryAfterMs: number | null, context: LinkContext): LinkStep {
  if (!healthy) return waitAgain(state, { ...UNHEALTHY, retryAfterMs: retryAfterMs ?? 0 }, context);
  const delayMs = Math.max(retryAfterMs ?? 0, within(STRATEGY.wait_for_service.dialAfterMs, context));
  return wait(state, { delayMs, next: "dial", strategy: "wait_for_service" }, context);
}

function afterRefresh(state: LinkState, ok: boolean, context: LinkContext): LinkStep {
  return ok ? dial(state, context) : waitAgain(state, NO_TOKEN, context);
}

function refuse(
  state: LinkState,
  event: { code: number; retryAfterMs: number | null },
  context: LinkContext,
): LinkStep {
  const [next, effects] = hangUpAnd(end(state, verdictOfRefusal(event.code, event.retryAfterMs), context));
  return [next, [tell({ type: "refused", code: event.code }), ...effects]];
}

/** A new network, or a caller who knows better than to wait. */
function dialNow(state: LinkState, context: LinkContext): LinkStep {
  const fresh = {
    ...state,
    attempt: 0,
    reauthTries: 0,
    strategy: "immediate",
    upSince: null,
    isStable: false,
  } as const;
  switch (state.status) {
    case "resting":
      return [state, []];
    case "waiting":
    case "polling":
    case "refreshing":
      return dial(fresh, context);
    case "dialing":
    case "signing_in":
      return hangUpAnd(dial(fresh, context));
    case "up": {
      const outage = beginOutage(context.now, context.random, NEW_NETWORK.error);
      const [next, effects] = dial({ ...fresh, outage, lastReason: NEW_NETWORK.reason }, context);
      return hangUpAnd([
        next,
        [tell({ type: "disconnected", reason: NEW_NETWORK.reason, error: NEW_NETWORK.error }), ...effects],
      ]);
    }
  }
}

/** A dial failed, or a session is over. */
function end(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { reason, error } = verdict;
  const known = { ...state, lastError: error, lastReason: reason };
  if (state.status === "up") {
    const outage = beginOutage(context.now, context.random, error);
    return telling(
      { type: "disconnected", reason, error },
      waitFirst({ ...known, outage, upSince: null }, verdict, context),
    );
  }
  if (state.status !== "dialing" && state.status !== "signing_in") return [state, []];
  const outage = state.outage && { ...state.outage, lastError: error };
  const notice: LinkNotice = { type: "dial_failed", reason, error, attempt: state.attempt };
  return telling(notice, waitAgain({ ...known, outage }, verdict, context));
}

/** The wait before the first dial of an outage. */
function waitFirst(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { strategy } = verdict;
  const fresh = { ...state, strategy: "none" } as const;
  if (strategy === "slow_probe") return probe(fresh, verdict, context);
  const { firstDelayMs } = retryPlan(context.policy.schedule, strategy);
  if (firstDelayMs === null) return waitAgain(fresh, verdict, context);
  const delayMs = Math.max(verdict.retryAfterMs, within(firstDelayMs, context));
  return wait(fresh, { delayMs, next: "dial", strategy }, context);
}

/** The wait after a dial, a poll or a token that failed: a step of the backoff, or the slow probe once there is none left. */
function waitAgain(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { strategy } = verdict;
  if (state.strategy === "slow_probe" || strategy === "slow_probe") return probe(state, verdict, context);
  if (strategy === "reauthenticate") {
    if (state.reauthTries >= STRATEGY.reauthenticate.tries) return probe(state, verdict, context);
    const tried = { ...state, attempt: state.attempt + 1, reauthTries: state.reauthTries + 1 };
    const delayMs = Math.max(verdict.retryAfterMs, STRATEGY.reauthenticate.delayMs);
    return wait(tried, { delayMs, next: context.policy.canRefresh ? "refresh" : "dial", strategy }, context);
  }
  const plan = retryPlan(context.policy.schedule, strategy);
  if (state.attempt >= plan.lastAttempt) return probe(state, verdict, context);
  const delayMs = Math.max(verdict.retryAfterMs, backoffOf(plan, state.attempt, context));
  const next = strategy === "wait_for_service" ? "poll" : "dial";
  return wait({ ...state, attempt: state.attempt + 1 }, { delayMs, next, strategy }, context);
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
  const delayMs = Math.max(verdict.retryAfterMs, period * (1 + within(STRATEGY.slow_probe.jitter, context)));
  const next = policy.canRefresh && verdict.strategy === "reauthenticate" ? "refresh" : "dial";
  return wait(state, { delayMs, next, strategy: "slow_probe" }, context);
}

function wait(
  state: LinkState,
  { delayMs: asked, next, strategy }: { delayMs: number; next: NextStep; strategy: LinkStrategy },
  { now, policy }: LinkContext,
): LinkStep {
  const longest = Math.max(LONGEST_WAIT_MS, (policy.schedule.probeMs ?? 0) * (1 + STRATEGY.slow_probe.jitter[1]));
  const delayMs = Math.min(longest, Math.max(0, asked));
  const turn = state.turn + 1;
  const outage = state.outage && noteDelay(state.outage, delayMs);
  const notice: LinkNotice =
    strategy === "slow_probe"
      ? { type: "probing", delayMs }
      : { type: "retrying", delayMs, attempt: state.attempt, next };
  return [
    { ...state, status: "waiting", next, strategy, turn, outage, dueAt: now + delayMs },
    [{ type: "schedule", turn, delayMs }, tell(notice)],
  ];
}

function backoffOf(plan: RetryPlan, attempt: number, context: LinkContext): number {
  return calculateBackoff(attempt, plan.baseDelayMs, plan.maxDelayMs) * (1 + within(plan.jitter, context));
}

const within = ([least, most]: readonly [number, number], { random }: LinkContext): number =>
  least + random() * (most - least);

const tell = (notice: LinkNotice): LinkEffect => ({ type: "tell", notice });

const telling = (notice: LinkNotice, [state, effects]: LinkStep): LinkStep => [state, [tell(notice), ...effects]];

const hangUpAnd = ([state, effects]: LinkStep): LinkStep => [state, [{ type: "hang_up", code: null }, ...effects]];

const verdict = (reason: ReasonCode, strategy: LinkStrategy, error: string): LinkVerdict => ({
  reason,
  strategy,
  retryAfterMs: 0,
  error,
});
const OVERDUE = verdict("network_timeout", "exponential_backoff", "no answer in time");
const UNHEALTHY = verdict("server_error", "wait_for_service", "the service is not healthy");
const NO_TOKEN = verdict("auth_failed", "reauthenticate", "no new token");
const NEW_NETWORK = verdict("network_interrupted", "immediate", "the network changed");
