import type { Clock } from "#lib/clock/clock.ts";
import { calculateBackoff } from "./backoff.ts";
import { analyzeDisconnectionReason, type Cause, type Disconnection } from "./disconnect-reason.ts";
import { isExpired, mayReconnect, nextRetryAt, type OutageRecord, openRecord, recordFailure } from "./outage.ts";
import { PUSHED_POLICY, type RetryPolicy } from "./schedule.ts";

/** Records are dropped this long after their last observation (seed 2.1). */
const EXPIRES_AFTER_MS = 24 * 60 * 60 * 1_000;

export interface ReconnectionManagerOptions extends Partial<RetryPolicy> {
  readonly clock: Pick<Clock, "now">;
}

export interface ReconnectionStatus {
  readonly attempts: number;
  /** Epoch ms. */
  readonly nextRetryAt: number;
  readonly reason: string;
}

/** The seed's ReconnectionManager (2.1): same answers, milliseconds, and no overflow. A Map around lib/reconnection/outage.ts. */
export class ReconnectionManager {
  readonly #clock: Pick<Clock, "now">;
  readonly #policy: RetryPolicy;
  readonly #records = new Map<string, OutageRecord>();

  constructor({ clock, ...policy }: ReconnectionManagerOptions) {
    this.#clock = clock;
    this.#policy = { ...PUSHED_POLICY, ...policy };
  }

  /** Records held. */
  get size(): number {
    return this.#records.size;
  }

  /** Ids with a record, oldest drop first. */
  clientIds(): IterableIterator<string> {
    return this.#records.keys();
  }

  /** Delay in ms after failed attempt `attempt` (0-based), clamped to `maxDelayMs`. */
  calculateBackoff(attempt: number): number {
    return calculateBackoff(attempt, this.#policy.baseDelayMs, this.#policy.maxDelayMs);
  }

  /** Starts, or starts afresh, the record of a client. */
  recordDisconnection(clientId: string, reason: string): void {
    this.#records.set(clientId, openRecord(reason, this.#clock.now()));
  }

  /** True for an unknown client, else when retries remain and its backoff has passed. */
  shouldReconnect(clientId: string): boolean {
    const record = this.#records.get(clientId);
    return record === undefined || mayReconnect(record, this.#policy, this.#clock.now());
  }

  /** Success drops the record, failure counts. Unknown clients are ignored. */
  recordReconnectionAttempt(clientId: string, success: boolean): void {
    const record = this.#records.get(clientId);
    if (record === undefined) return;
    if (success) this.#records.delete(clientId);
    else this.#records.set(clientId, recordFailure(record, this.#clock.now()));
  }

  getReconnectionStatus(clientId: string): ReconnectionStatus | undefined {
    const record = this.#records.get(clientId);
    if (record === undefined) return undefined;
    return { attempts: record.failures, nextRetryAt: nextRetryAt(record, this.#policy), reason: record.reason };
  }

  /** Current delay in ms; 0 for an unknown client. */
  getReconnectionDelay(clientId: string): number {
    const record = this.#records.get(clientId);
    return record === undefined ? 0 : this.calculateBackoff(record.failures);
  }

  /** Drops records whose last observation is more than 24 h old. Returns how many. */
  cleanupExpiredAttempts(): number {
    const now = this.#clock.now();
    let removed = 0;
    for (const [clientId, record] of this.#records) {
      if (!isExpired(record, EXPIRES_AFTER_MS, now)) continue;
      this.#records.delete(clientId);
      removed++;
    }
    return removed;
  }

  /** Why a connection ended; see lib/reconnection/disconnect-reason.ts. */
  analyzeDisconnectionReason(cause: Cause): Disconnection {
    return analyzeDisconnectionReason(cause);
  }
}
