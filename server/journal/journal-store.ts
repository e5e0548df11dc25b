import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Derived } from "#lib/history/derived.ts";
import type { JournalRead } from "./journal.ts";

/** One event as it is stored: the envelope in columns, the rest as JSON text. */
export interface EventRow {
  readonly v: number;
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  readonly sn: string | null;
  readonly type: string;
  readonly body: string;
}

/** What is read back: sn and type stand in the body too. */
export type StoredRow = Pick<EventRow, "v" | "epoch" | "seq" | "at" | "body">;

/** The run of a gateway before this one, as its alive row tells. */
export interface PreviousRun {
  readonly epoch: string;
  readonly aliveUntil: number;
  /** False when the run ended without closing its journal. */
  readonly clean: boolean;
}

/** One atomic write: the rows, and the sign that this epoch was alive at `aliveAt`. */
export interface Commit {
  readonly epoch: string;
  readonly gateway: string;
  readonly rows: readonly EventRow[];
  readonly aliveAt: number;
  /** True on the last commit of a run that ends on purpose. */
  readonly clean: boolean;
  /** 1, 2, 3 .. within the epoch; the same when a commit whose fate is unknown is sent again. */
  readonly number: number;
  /** What the fold derived: stored in the same transaction, and once, however often the commit is sent. Null where none is. */
  readonly derived: Derived | null;
}

/** Where events rest. Everything about batching, ordering and overload is above it, in `createJournal`. */
export interface JournalStore {
  /** Resolves once durable. After a rejection the same commit may be sent again: storing a row twice changes nothing. */
  commit(commit: Commit): Promise<void>;
  /** Up to `limit` rows after `key` in canonical order `(at, epoch, seq)`; from the beginning for null. */
  page(after: RowKey | null, limit: number): Promise<readonly StoredRow[]>;
  /** Newest first. */
  read(query: JournalRead): Promise<readonly StoredRow[]>;
  close(): Promise<void>;
}

export type RowKey = Pick<EventRow, "at" | "epoch" | "seq">;

/** What a store knew when it was opened. */
export interface StoredPast {
  readonly previous: PreviousRun | null;
  /** The largest `at` stored, 0 for an empty journal. */
  readonly latestAt: number;
  /** `Derived.toldThrough` of the newest commit that carried any; null where none did. */
  readonly toldThrough: number | null;
  /** Its `Derived.creditedThrough`. */
  readonly creditedThrough: number | null;
}

/** Canonical order of the journal. */
export function compareKeys(a: RowKey, b: RowKey): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return a.seq - b.seq;
}

export function toRow(event: FleetEvent): EventRow {
  const { v, epoch, seq, at, type } = event;
  // Undefined leaves the text: a third less work than a copy without them.
  const body = { ...event, v: undefined, epoch: undefined, seq: undefined, at: undefined };
  return { v, epoch, seq, at, sn: "sn" in event ? event.sn : null, type, body: JSON.stringify(body) };
}

/** The one cast of stored text to an event: only `toRow` writes rows, and an integrity check precedes reading. */
export function fromRow(row: StoredRow): FleetEvent {
  return { v: row.v, epoch: row.epoch, seq: row.seq, at: row.at, ...JSON.parse(row.body) } as FleetEvent;
}

/** True when the row answers the query, its `limit` apart. */
export function answers(row: EventRow, query: JournalRead): boolean {
  if (query.sn !== undefined && row.sn !== query.sn) return false;
  if (query.since !== undefined && row.at < query.since) return false;
  return query.before === undefined || compareKeys(row, query.before) < 0;
}
