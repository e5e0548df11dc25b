import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Deriving } from "./deriving.ts";
import type { JournalHealth, JournalStatus } from "./journal.ts";
import { type Commit, type JournalStore, toRow } from "./journal-store.ts";

export interface JournalLimits {
  /** Longest wait of the first event of a group commit; null commits in the same turn of the loop. */
  readonly groupMs: number | null;
  /** Events that wait for nothing: this many are worth a commit of their own. */
  readonly fullGroup: number;
  /** Age of the oldest uncommitted event from which the journal is degraded. */
  readonly degradedMs: number;
  readonly maxQueued: number;
  readonly maxBatch: number;
  readonly retryMs: number;
  readonly aliveMs: number;
  /** How long `close` waits for the last commit. */
  readonly closeMs: number;
}

/** Waking the thread and its fsync cost as much as the rows of a whole group: a commit each 8 ms instead of one a few rows. */
export const JOURNAL_LIMITS: JournalLimits = {
  groupMs: 8,
  fullGroup: 250,
  degradedMs: 250,
  maxQueued: 10_000,
  maxBatch: 2_000,
  retryMs: 500,
  aliveMs: 2_000,
  closeMs: 5_000,
};

export interface CommitQueueOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly epoch: string;
  readonly gateway: string;
  readonly limits: JournalLimits;
  readonly deriving: Deriving | undefined;
  /** Called whenever nothing waits any more after a commit. */
  readonly onDrained: () => void;
  readonly onCommit: (commit: { readonly rows: number; readonly ms: number }) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly onRecovered: () => void;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

/** Bounded queue between `append` and the store: one commit in flight, everything that came meanwhile in the next. */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: FleetEvent[] = [];
  #inFlight: readonly FleetEvent[] = [];
  /** The commit that is on its way, or whose fate is unknown: nothing goes before it. */
  #unsettled: Commit | undefined;
  #number = 0;
  /** Monotonic instants at which the oldest of each was queued. */
  #waitingSince = 0;
  #inFlightSince = 0;
  #waiters: Waiter[] = [];
  #burst = 0;
  #busy = false;
  /** Monotonic instant at which the commit on its way was sent. */
  #sentAt = 0;
  #failing = false;
  #started = false;
  #closing: Promise<void> | undefined;
  #lastCommitAt: number | null = null;
  #lastSeq = 0;
  #lastAt = 0;
  #cancelFlush: (() => void) | undefined;
  #dueThisTurn = false;
  #cancelDeadline: (() => void) | undefined;
  #cancelAlive: (() => void) | undefined;
  #settled: (() => void) | undefined;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Queues the event for the next commit; false when the queue is full or closing. */
  push(event: FleetEvent): boolean {
    if (this.#closing || this.#count() >= this.#options.limits.maxQueued + this.#burst) return false;
    if (this.#waiting.length === 0) this.#waitingSince = this.#options.clock.monotonic();
    this.#waiting.push(event);
    this.#lastSeq = event.seq;
    this.#lastAt = event.at;
    if (!this.#busy) this.#flushSoon();
    return true;
  }

  /** Lets `count` events in above the bound, until the queue is next empty. */
  allowBurst(count: number): void {
    this.#burst = count;
  }

  /** Events not yet known to be durable, oldest first. */
  uncommitted(): readonly FleetEvent[] {
    return [...this.#inFlight, ...this.#waiting];
  }

  committed(): Promise<void> {
    if (this.#status() !== "ok") return Promise.reject(unavailable());
    if (this.#count() === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.push({ seq: this.#lastSeq, resolve, reject });
    this.#armDeadline();
    return promise;
  }

  health(): Omit<JournalHealth, "dropped"> {
    return {
      status: this.#status(),
      queued: this.#count(),
      oldestMs: this.#oldestMs(),
      lastCommitAt: this.#lastCommitAt,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  #count(): number {
    return this.#inFlight.length + this.#waiting.length;
  }

  #oldestMs(): number {
    if (this.#count() === 0) return 0;
    const since = this.#inFlight.length > 0 ? this.#inFlightSince : this.#waitingSince;
    return this.#options.clock.monotonic() - since;
  }

  /** A mere sign of life that hangs tells as much of the store as an event that waits. */
  #status(): JournalStatus {
    if (this.#failing) return "unavailable";
    const { clock, limits } = this.#options;
    const hangsMs = this.#busy ? clock.monotonic() - this.#sentAt : 0;
    return Math.max(hangsMs, this.#oldestMs()) > limits.degradedMs ? "degraded" : "ok";
  }

  /** What came during a commit has waited for a part of its group's time already. */
  #flushSoon(): void {
    if (this.#busy || this.#failing || this.#dueThisTurn) return;
    const { clock, limits } = this.#options;
    if (limits.groupMs === null || this.#waiting.length >= limits.fullGroup) this.#flushThisTurn();
    else if (!this.#cancelFlush) {
      const leftMs = limits.groupMs - (clock.monotonic() - this.#waitingSince);
      this.#cancelFlush = clock.schedule(Math.max(0, leftMs), () => this.#flush());
    }
  }

  /** Not within `push`: the tail hears an event after it is queued, and what is derived covers all that is committed. */
  #flushThisTurn(): void {
    this.#dueThisTurn = true;
    queueMicrotask(() => {
      this.#dueThisTurn = false;
      if (this.#waiting.length > 0 && !this.#failing && !this.#closing) this.#flush();
    });
  }

  /** Sends one commit; without events it only tells that we live. */
  #flush(clean = false): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#busy) return;
    const { store, clock } = this.#options;
    this.#busy = true;
    this.#sentAt = clock.monotonic();
    // One that is sent again is the same but for its sign of life.
    this.#unsettled = this.#unsettled ? { ...this.#unsettled, aliveAt: this.#aliveAt() } : this.#nextCommit(clean);
    store.commit(this.#unsettled).then(
      () => this.#onDone(clock.monotonic() - this.#sentAt),
      (error: unknown) => this.#onFailed(error),
    );
  }

  #nextCommit(clean: boolean): Commit {
    const { epoch, gateway, limits, deriving } = this.#options;
    this.#inFlightSince = this.#waitingSince;
    this.#inFlight = this.#waiting.splice(0, limits.maxBatch);
    this.#number += 1;
    const lastSeq = this.#waiting.length === 0 ? this.#lastSeq : (this.#inFlight.at(-1)?.seq ?? 0);
    const derived = deriving?.take(lastSeq, this.#lastSeq) ?? null;
    const rows = this.#inFlight.map(toRow);
    return { epoch, gateway, rows, aliveAt: this.#aliveAt(), clean, number: this.#number, derived };
  }

  #aliveAt(): number {
    return Math.max(this.#options.clock.now(), this.#inFlight.at(-1)?.at ?? this.#lastAt);
  }

  #onDone(ms: number): void {
    const rows = this.#inFlight.length;
    const lastSeq = this.#inFlight.at(-1)?.seq ?? 0;
    this.#busy = false;
    this.#unsettled = undefined;
    this.#inFlight = [];
    this.#lastCommitAt = this.#options.clock.now();
    if (this.#failing) this.#options.onRecovered();
    this.#failing = false;
    this.#options.onCommit({ rows, ms });
    this.#release(lastSeq);
    this.#keepAlive();
    if (this.#settled) this.#settled();
    else if (this.#waiting.length > 0) this.#flushSoon();
    else this.#drained();
  }

  #drained(): void {
    this.#burst = 0;
    this.#options.onDrained();
  }

  #onFailed(error: unknown): void {
    this.#busy = false;
    if (!this.#failing) this.#options.onTrouble(error);
    this.#failing = true;
    this.#rejectWaiters();
    if (this.#settled) this.#settled();
    else this.#cancelFlush = this.#options.clock.schedule(this.#options.limits.retryMs, () => this.#flush());
  }

  #release(seq: number): void {
    const done = this.#waiters.findIndex((waiter) => waiter.seq > seq);
    const released = this.#waiters.splice(0, done === -1 ? this.#waiters.length : done);
    for (const waiter of released) waiter.resolve();
    if (this.#waiters.length === 0) this.#disarmDeadline();
  }

  #rejectWaiters(): void {
    this.#disarmDeadline();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(unavailable());
  }

  #armDeadline(): void {
    if (this.#cancelDeadline) return;
    const leftMs = this.#options.limits.degradedMs - this.#oldestMs() + 1;
    this.#cancelDeadline = this.#options.clock.schedule(leftMs, () => {
      this.#cancelDeadline = undefined;
      if (this.#status() !== "ok") this.#rejectWaiters();
      else if (this.#waiters.length > 0) this.#armDeadline();
    });
  }

  #disarmDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
  }

  /** From the first commit on, the store hears from us at least every `aliveMs`. */
  #keepAlive(): void {
    if (this.#started || this.#closing) return;
    this.#started = true;
    const beat = () => {
      this.#cancelAlive = this.#options.clock.schedule(this.#options.limits.aliveMs, beat);
      if (!this.#failing) this.#flush();
    };
    this.#cancelAlive = this.#options.clock.schedule(this.#options.limits.aliveMs, beat);
  }

  async #finish(): Promise<void> {
    this.#cancelAlive?.();
    const { promise: late, resolve: onLate } = Promise.withResolvers<void>();
    const cancelLate = this.#options.clock.schedule(this.#options.limits.closeMs, onLate);
    await Promise.race([late, this.#drainForGood()]);
    cancelLate();
    this.#cancelFlush?.();
    this.#rejectWaiters();
    const lost = this.#count();
    if (lost > 0) this.#options.onTrouble(new Error(`${lost} events were not committed at the end`));
  }

  /** Until nothing waits; the last commit marks the run as ended on purpose. A failing store is asked once. */
  async #drainForGood(): Promise<void> {
    if (this.#busy) await this.#nextSettled();
    let last = false;
    while (!last && (this.#started || this.#count() > 0)) {
      last = this.#unsettled === undefined && this.#waiting.length <= this.#options.limits.maxBatch;
      const settled = this.#nextSettled();
      this.#flush(last);
      await settled;
      if (this.#failing) return;
    }
  }

  #nextSettled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled = () => {
      this.#settled = undefined;
      resolve();
    };
    return promise;
  }
}

function unavailable(): AppError {
  return new AppError("journal_unavailable", "the journal is not storing events right now", { retryAfterS: 1 });
}
