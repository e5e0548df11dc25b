import type { FleetEvent, FleetEventBody } from "#lib/fleet/event.ts";

export type JournalStatus = "ok" | "degraded" | "unavailable";

export interface JournalHealth {
  readonly status: JournalStatus;
  /** Events waiting for their commit. */
  readonly queued: number;
  /** Age in ms of the oldest of them, 0 when none waits. */
  readonly oldestMs: number;
  /** Events dropped on overflow since the start. */
  readonly dropped: number;
  readonly lastCommitAt: number | null;
}

/** How events of one sn, or of everybody, are read back: newest first, `before` exclusive. */
export interface JournalRead {
  readonly sn?: string;
  readonly before?: { readonly at: number; readonly epoch: string; readonly seq: number };
  readonly since?: number;
  readonly limit: number;
}

/** The append-only event log. SQLite in a worker thread; PostgreSQL later behind the same suite. */
export interface Journal {
  readonly epoch: string;
  /**
   * Stamps the event (epoch, seq, at), tells the tail at once, queues it for the next group commit (within 10 ms).
   * Never blocks and never throws for a slow disk: see `health`.
   */
  append(body: FleetEventBody): FleetEvent;
  /** Resolves when everything appended so far is committed; rejects `journal_unavailable` when the last commit is older than 250 ms. */
  committed(): Promise<void>;
  /** Called with every event appended here, in order. Returns the unsubscribe. */
  subscribe(listener: (event: FleetEvent) => void): () => void;
  /** Everything stored, in canonical order `(at, epoch, seq)`, in batches; from the first event behind `after` on. */
  replay(
    onBatch: (events: readonly FleetEvent[]) => void,
    after?: { readonly at: number; readonly epoch: string; readonly seq: number } | null,
  ): Promise<void>;
  read(query: JournalRead): Promise<readonly FleetEvent[]>;
  health(): JournalHealth;
  /** Commits what is queued, marks the epoch as cleanly ended, releases the lock. Idempotent. */
  close(): Promise<void>;
}
