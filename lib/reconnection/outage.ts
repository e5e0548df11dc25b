import { calculateBackoff } from "./backoff.ts";
import type { RetryPolicy } from "./schedule.ts";

/** What was observed of one outage: the part the seed calls ReconnectionAttempt. Instants in ms. */
export interface OutageRecord {
  readonly failures: number;
  /** The drop itself, then the last observed failure. */
  readonly lastAttemptAt: number;
  readonly reason: string;
}

export type BackoffPolicy = Pick<RetryPolicy, "baseDelayMs" | "maxDelayMs">;

/** A drop starts the count afresh. */
export function openRecord(reason: string, at: number): OutageRecord {
  return { failures: 0, lastAttemptAt: at, reason };
}

/** `count` dials were seen to fail, the last one at `at`. */
export function recordFailure<T extends Omit<OutageRecord, "reason">>(record: T, at: number, count = 1): T {
  return { ...record, failures: record.failures + count, lastAttemptAt: at };
}

/** Earliest instant of the next dial by what was observed alone. */
export function nextRetryAt(record: Omit<OutageRecord, "reason">, policy: BackoffPolicy): number {
  return record.lastAttemptAt + calculateBackoff(record.failures, policy.baseDelayMs, policy.maxDelayMs);
}

/** True when retries remain and the backoff has passed. */
export function mayReconnect(record: Omit<OutageRecord, "reason">, policy: RetryPolicy, now: number): boolean {
  return record.failures < policy.maxRetries && now >= nextRetryAt(record, policy);
}

/** True when the last observation is more than `ttlMs` old. */
export function isExpired(record: Omit<OutageRecord, "reason">, ttlMs: number, now: number): boolean {
  return now - record.lastAttemptAt > ttlMs;
}
