import { calculateBackoff } from "./backoff.ts";
import { REASONS } from "./disconnect-reason.ts";
import type { ReasonCode } from "./reason-code.ts";
import type { Schedule } from "./schedule.ts";
import { attemptAfterEarlyEnd, firstDelayRange, type RetryPlan, retryPlan } from "./strategy.ts";

/** Where the backoff stood when it was last witnessed. */
export interface Anchor {
  readonly attempt: number;
  readonly at: number;
  /** Still before the dial of `attempt`: it goes out after the schedule's first delay, if there is one. */
  readonly first: boolean;
}

/** The part of an outage a projection needs. */
export interface ProjectedOutage {
  readonly schedule: Schedule;
  readonly reason: ReasonCode;
  /** The last login or handshake was refused. */
  readonly refused: boolean;
  readonly anchor: Anchor;
  /** Attempt at which re-authentication began; 0 where the outage began with it. */
  readonly reauthFrom: number;
}

export interface Projection {
  readonly phase: "retrying" | "probing" | "gave_up";
  /** Position in the backoff, 0..maxRetries; never falls while the dog is out. */
  readonly attempt: number;
  readonly maxRetries: number;
  /** The window now running: backoff(attempt), or the probe's period. Null once given up. */
  readonly currentDelayMs: number | null;
  /** When the next dial goes out; in the past while the last dial may be under way. Null once given up. */
  readonly nextRetryAt: number | null;
  /** Earliest and latest; null for a dog that probes for ever. */
  readonly givesUpAt: readonly [number, number] | null;
  /** When any of this next changes if nothing is heard; null for never. */
  readonly changesAt: number | null;
}

/**
 * Where an unheard dog stands in its schedule at `now`, in closed form: each window that lapses counts, the middle of
 * every random range is assumed, and only the bounds of `givesUpAt` use the ends (the latest adds a dial timeout per dial).
 */
export function projectRetries(outage: ProjectedOutage, now: number): Projection {
  const plan = planOf(outage);
  const { attempt, at, nextAt } = position(plan, outage.anchor, now);
  const last = plan.lastAttempt;
  const givesUpAt = plan.probeMs === null ? giveUpRange(plan, outage.anchor) : null;
  const currentDelayMs = calculateBackoff(attempt, plan.baseDelayMs, plan.maxDelayMs);
  if (nextAt !== null) {
    return {
      phase: "retrying",
      attempt,
      maxRetries: last,
      currentDelayMs,
      nextRetryAt: nextAt,
      givesUpAt,
      changesAt: nextAt,
    };
  }
  if (plan.probeMs !== null) {
    const probeAt = at + (Math.floor((now - at) / plan.probeMs) + 1) * plan.probeMs;
    const probe = { currentDelayMs: plan.probeMs, nextRetryAt: probeAt, changesAt: probeAt };
    return { phase: "probing", attempt: last, maxRetries: last, givesUpAt, ...probe };
  }
  const latest = givesUpAt === null ? null : givesUpAt[1];
  if (latest !== null && now >= latest) {
    const over = { currentDelayMs: null, nextRetryAt: null, changesAt: null };
    return { phase: "gave_up", attempt: last, maxRetries: last, givesUpAt, ...over };
  }
  return {
    phase: "retrying",
    attempt,
    maxRetries: last,
    currentDelayMs,
    nextRetryAt: at,
    givesUpAt,
    changesAt: latest,
  };
}

/** The anchor of a fresh outage, and of a seed dog that dropped while settling: it counts from zero after every login. */
export function openAnchor(at: number): Anchor {
  return { attempt: 0, at, first: true };
}

/** The anchor of a leash dog that dropped for `reason` while it settled from position `attempt`: its backoff goes on from there. */
export function resumedAnchor(at: number, attempt: number, schedule: Schedule, reason: ReasonCode): Anchor {
  const plan = retryPlan(schedule, REASONS[reason].strategy, attempt);
  return { attempt: attemptAfterEarlyEnd(plan, attempt), at, first: true };
}

/**
 * Where a dog stood that logs in after `dials` since the drop, by its own count: a dial a step where it is dials alone that
 * take one (not polls, not new tokens); null elsewhere.
 */
export function attemptAtLogin(outage: ProjectedOutage, from: number, dials: number): number | null {
  const plan = planOf(outage);
  if (outage.schedule.kind === "seed" || plan.firstDelayMs === null) return null;
  return Math.min(from + Math.max(0, dials - 1), plan.lastAttempt);
}

/** `count` dials were seen to fail, the last one at `at`: max(projected, anchor + count), the pending first dial counting as the anchor. */
export function reanchor(outage: ProjectedOutage, at: number, count = 1): Anchor {
  const plan = planOf(outage);
  const { anchor } = outage;
  const pending = anchor.first && plan.firstDelayMs !== null ? 1 : 0;
  const attempt = Math.max(position(plan, anchor, at).attempt, anchor.attempt + count - pending);
  return { attempt: Math.min(attempt, plan.lastAttempt), at, first: false };
}

export interface PlannedDial {
  readonly delayMs: number;
  readonly from: number;
  readonly at: number;
}

/**
 * Every dial of an outage detected at `detectedAt`: the middle of each wait. What came before the anchor is drawn as first
 * projected, ending where the anchor was witnessed.
 */
export function dialPlan(outage: ProjectedOutage, detectedAt: number): readonly PlannedDial[] {
  const plan = planOf(outage);
  const { anchor } = outage;
  const jitter = jitterMiddle(plan);
  const dials: PlannedDial[] = [];
  let from = detectedAt;
  for (let dial = 0; dial <= plan.lastAttempt; dial++) {
    const pending = anchor.first && dial === anchor.attempt;
    const first = dial === 0 || pending;
    const delayMs = first ? middle(firstDelayRange(plan, dial) ?? [0, 0]) : stepMs(plan, dial - 1, jitter);
    const planned = (pending ? anchor.at : from) + delayMs;
    const witnessed = !anchor.first && dial === anchor.attempt;
    const at = witnessed ? anchor.at : dial < anchor.attempt ? Math.min(planned, anchor.at) : planned;
    dials.push({ delayMs, from, at });
    from = at;
  }
  return dials;
}

function planOf(outage: ProjectedOutage): RetryPlan {
  const strategy = REASONS[outage.refused ? "auth_failed" : outage.reason].strategy;
  const plan = retryPlan(outage.schedule, strategy, outage.reauthFrom);
  return plan.lastAttempt >= outage.anchor.attempt ? plan : { ...plan, lastAttempt: outage.anchor.attempt };
}

/** The dial last gone out by `now` (or still awaited first), when it went out, and when the next one does. */
function position(plan: RetryPlan, anchor: Anchor, now: number) {
  const jitter = jitterMiddle(plan);
  let { attempt, at } = anchor;
  const firstDelayMs = anchor.first ? firstDelayRange(plan, attempt) : null;
  if (firstDelayMs !== null) {
    at += middle(firstDelayMs);
    if (now < at) return { attempt, at, nextAt: at };
  }
  while (attempt < plan.lastAttempt) {
    const step = stepMs(plan, attempt, jitter);
    const lapsed = isCapped(plan, attempt) ? Math.floor((now - at) / step) : now >= at + step ? 1 : 0;
    const steps = Math.min(Math.max(0, lapsed), plan.lastAttempt - attempt);
    attempt += steps;
    at += steps * step;
    if (steps === 0 || isCapped(plan, attempt - steps)) break;
  }
  return { attempt, at, nextAt: attempt < plan.lastAttempt ? at + stepMs(plan, attempt, jitter) : null };
}

function giveUpRange(plan: RetryPlan, anchor: Anchor): readonly [number, number] {
  const remaining = plan.lastAttempt - anchor.attempt;
  if (remaining === 0 && !anchor.first) return [anchor.at, anchor.at + plan.maxDelayMs + plan.dialTimeoutMs];
  const [soonest, longest] = (anchor.first ? firstDelayRange(plan, anchor.attempt) : null) ?? [0, 0];
  const dials = remaining + (anchor.first ? 1 : 0);
  return [
    anchor.at + soonest + sumSteps(plan, anchor.attempt, plan.jitter[0]),
    anchor.at + longest + sumSteps(plan, anchor.attempt, plan.jitter[1]) + dials * plan.dialTimeoutMs,
  ];
}

/** Waits from position `from` to the last dial. Doubling ends within some 30 steps; the rest is one product. */
function sumSteps(plan: RetryPlan, from: number, jitter: number): number {
  let sum = 0;
  let attempt = from;
  while (attempt < plan.lastAttempt && !isCapped(plan, attempt)) sum += stepMs(plan, attempt++, jitter);
  return sum + (plan.lastAttempt - attempt) * stepMs(plan, attempt, jitter);
}

function stepMs(plan: RetryPlan, attempt: number, jitter: number): number {
  return Math.max(1, Math.round(calculateBackoff(attempt, plan.baseDelayMs, plan.maxDelayMs) * (1 + jitter)));
}

function isCapped(plan: RetryPlan, attempt: number): boolean {
  return attempt > 60 || plan.baseDelayMs * 2 ** attempt >= plan.maxDelayMs;
}

function jitterMiddle(plan: RetryPlan): number {
  return (plan.jitter[0] + plan.jitter[1]) / 2;
}

function middle(range: readonly [number, number]): number {
  return Math.round((range[0] + range[1]) / 2);
}
