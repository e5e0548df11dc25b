import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { STRATEGY } from "#lib/reconnection/strategy.ts";
import {
  type LinkContext,
  type LinkEvent,
  type LinkNotice,
  type LinkState,
  type LinkStep,
  type LinkStrategy,
  RESTING,
} from "./link-state.ts";
import { type LinkVerdict, verdictOfEnd, verdictOfRefusal } from "./link-verdict.ts";
import { notBefore, tell, wait, waitAgain, waitFirst, within } from "./next-wait.ts";
import { beginOutage, noteDial, noteWait, resumeOutage } from "./outage-record.ts";

/** A dial, a poll or a callback that does not even fail in its own time is given up this much later, ms. */
const OVERDUE_MS = 1_000;
const LOGIN_TIMEOUT_MS = 10_000;
/** A look at `/healthz`. */
export const POLL_TIMEOUT_MS = 5_000;
const REFRESH_TIMEOUT_MS = 10_000;
/** A forced close answered within this is no outage to the gateway (docs/RECONNECTION.md R14). */
const FORCED_GRACE_MS = 60_000;

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
      return [startOver(state), []];
    case "network_changed":
      return leave(state, NEW_NETWORK, null, context);
    case "move":
      return leave(state, MOVED, 1001, context);
    case "dial_now":
      return isIdle(state) ? dial(cutShort(startOver(state), context), context) : [state, []];
    case "due":
      return due(state, context);
    case "opened":
      return state.status === "dialing" ? signIn(state, context) : [state, []];
    case "accepted":
      return state.status === "signing_in" ? comeUp(state, event.stored ?? true, context) : [state, []];
    case "stored":
      return state.status === "up" ? [{ ...state, outage: null }, []] : [state, []];
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

function comeUp(state: LinkState, stored: boolean, { now, policy }: LinkContext): LinkStep {
  const { turn } = state;
  const outage = stored ? null : state.outage;
  const isRecovering = state.isRecovering || (state.outage !== null && now - state.outage.beganAt >= FORCED_GRACE_MS);
  const delayMs = policy.stableMs;
  const wasNoOutage = state.outage !== null && !isRecovering;
  const attempt = wasNoOutage ? 0 : state.attempt;
  const session = { attempt, upSince: now, isStable: false, isRecovering, dueAt: now + delayMs };
  return [
    { ...state, status: "up", strategy: "none", outage, ...session },
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
        { ...state, isStable: true, isRecovering: false, attempt: 0, reauthTries: 0, dueAt: null },
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
  const delayMs = notBefore(retryAfterMs ?? 0, within(STRATEGY.wait_for_service.dialAfterMs, context), context);
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

/** Nothing is dialed and nothing is open: there is only a wait to end. */
const isIdle = ({ status }: LinkState): boolean =>
  status === "waiting" || status === "polling" || status === "refreshing";

/** The backoff from its beginning; a probing dog backs off again. */
function startOver(state: LinkState): LinkState {
  const strategy = state.strategy === "slow_probe" ? "exponential_backoff" : state.strategy;
  return { ...state, attempt: 0, reauthTries: 0, strategy };
}

/** What is left of the wait now running was not waited. */
function cutShort(state: LinkState, { now }: LinkContext): LinkState {
  const { outage, status, dueAt } = state;
  if (outage === null || status !== "waiting" || dueAt === null) return state;
  return { ...state, outage: noteWait(outage, Math.min(0, now - dueAt)) };
}

/** Dials at once, whatever there was: another network, another server. `code` is the goodbye an open socket gets: no outage. */
function leave(state: LinkState, why: LinkVerdict, code: number | null, context: LinkContext): LinkStep {
  if (state.status === "resting") return [state, []];
  const fresh = {
    ...cutShort(startOver(state), context),
    strategy: "immediate",
    upSince: null,
    isStable: false,
    isRecovering: code === null && (state.isRecovering || state.status === "up"),
  } as const;
  if (isIdle(state)) return dial(fresh, context);
  if (state.status !== "up") return hangUpAnd(dial(fresh, context));
  const { reason, error } = why;
  const lost = { ...fresh, outage: outageOf(state, error, context), lastReason: reason, lastError: error };
  return hangUpAnd(telling({ type: "disconnected", reason, error }, dial(lost, context)), code);
}

/** The outage that begins where a session ends, or the one that session never got to report. */
function outageOf({ outage, upSince }: LinkState, error: string | null, { now, random }: LinkContext) {
  return outage === null ? beginOutage(now, random, error) : resumeOutage(outage, now - (upSince ?? now), error);
}

/** A dial failed, or a session is over. */
function end(state: LinkState, verdict: LinkVerdict, context: LinkContext): LinkStep {
  const { reason, error } = verdict;
  const known = { ...state, lastError: error, lastReason: reason };
  if (state.status === "up") {
    const lost = { ...known, outage: outageOf(state, error, context), upSince: null, isStable: false };
    return telling({ type: "disconnected", reason, error }, waitFirst(lost, verdict, context));
  }
  if (state.status !== "dialing" && state.status !== "signing_in") return [state, []];
  const outage = state.outage && { ...state.outage, lastError: error };
  const notice: LinkNotice = { type: "dial_failed", reason, error, attempt: state.attempt };
  return telling(notice, waitAgain({ ...known, outage }, verdict, context));
}

const telling = (notice: LinkNotice, [state, effects]: LinkStep): LinkStep => [state, [tell(notice), ...effects]];

const hangUpAnd = ([state, effects]: LinkStep, code: number | null = null): LinkStep => [
  state,
  [{ type: "hang_up", code }, ...effects],
];

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
const MOVED = verdict("normal_closure", "immediate", "moved to another server");
