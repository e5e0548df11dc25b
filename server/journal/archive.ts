import type { DogDay, OutageRow } from "#lib/history/derived.ts";
import type { Grouping, Rollup, RollupSize } from "#lib/history/rollup.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { RowKey, StoredRow } from "./journal-store.ts";

/** Where a journal rests. */
export type JournalLocation =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: string };

/** One bucket of one group as stored. */
export interface StoredRollup {
  readonly at: number;
  readonly key: string;
  readonly rollup: Rollup;
}

/** How many outages began in one bucket of one group. */
export interface StoredBegun {
  readonly at: number;
  readonly key: string;
  readonly begun: number;
}

export interface OutageRead {
  /** By downtime start, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly sn?: string;
  readonly reason?: ReasonCode;
  /** Rows after this one, in the order (startedAt, sn). */
  readonly after?: { readonly startedAt: number; readonly sn: string };
  readonly limit: number;
}

export interface EventRead {
  /** By instant, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
  /** Null: the events that are no dog's (gateways, gaps, cleanups, batches). */
  readonly sn?: string | null;
  /** By default oldest first. */
  readonly order?: "asc" | "desc";
  /** Rows after this one, in the order asked for. */
  readonly after?: RowKey;
  readonly limit: number;
}

/** A snapshot without its shards. Only whole ones are ever told. */
export interface SnapshotHead {
  readonly id: string;
  /** Instant it is as of; every event up to and with `through` is in it, none after. */
  readonly at: number;
  readonly through: RowKey;
  readonly foldVersion: number;
  readonly dogs: number;
  readonly shards: number;
  readonly bytes: number;
  /** The fleet's part that is no dog's: compressed JSON. */
  readonly body: Uint8Array;
}

/** What is read and kept beside the hot path, by the thread of the past: one kysely implementation over both databases. */
export interface Archive {
  /** Rollups with `from` <= at < `to`, oldest first. */
  rollups(query: {
    readonly size: RollupSize;
    readonly by: Grouping;
    readonly from: number;
    readonly to: number;
  }): Promise<readonly StoredRollup[]>;
  /** As `rollups`, but only what began: a tenth of the work. */
  begun(query: Parameters<Archive["rollups"]>[0]): Promise<readonly StoredBegun[]>;
  /** Oldest first, by (startedAt, sn). */
  outages(query: OutageRead): Promise<readonly OutageRow[]>;
  /** Sums of the days that begin in [from, to), the most outages first. */
  leastStable(query: {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<readonly Omit<DogDay, "day">[]>;
  /** The same from the outages themselves: for windows of two days at most. Flaps are not told there (0). */
  leastStableOf(query: {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<readonly Omit<DogDay, "day">[]>;
  /** In canonical order, oldest first unless asked otherwise. */
  events(query: EventRead): Promise<readonly StoredRow[]>;
  /** Key of the oldest and newest stored event; null for an empty journal. */
  bounds(): Promise<{ readonly oldest: RowKey; readonly newest: RowKey } | null>;
  /** The first stored event of the dog that follows in the order of serial numbers; null after the last. */
  firstOfNextDog(after: string | null): Promise<(StoredRow & { readonly sn: string }) | null>;
  /** Before and with this key retention has deleted events; null where it never has. */
  horizon(): Promise<RowKey | null>;
  /** Durable before the first event goes. Never moves back. */
  putHorizon(through: RowKey): Promise<void>;
  /** How many events lie after `key` and at or before `at`; counts at most `limit`. */
  countEvents(after: RowKey | null, at: number, limit: number): Promise<number>;

  /** The newest whole snapshot of this fold version at or before `at` (of all for null). */
  snapshot(foldVersion: number, at: number | null): Promise<SnapshotHead | null>;
  /** The oldest whole one of this fold version. */
  oldestSnapshot(foldVersion: number): Promise<SnapshotHead | null>;
  /** One shard's compressed JSON. */
  shard(snapshot: string, shard: number): Promise<Uint8Array>;
  /** Stores one shard in a transaction of its own; nobody sees it before `putSnapshot`. */
  putShard(snapshot: string, shard: number, body: Uint8Array): Promise<void>;
  putSnapshot(head: SnapshotHead): Promise<void>;
  /** Every whole snapshot of whatever fold version, oldest first. */
  snapshots(): Promise<readonly Omit<SnapshotHead, "body">[]>;
  /** Removes one with its shards; nothing where it is gone already. */
  dropSnapshot(id: string): Promise<void>;
  /** Removes shards of snapshots that were never finished, and snapshots older than `at` but for the newest of them. */
  dropSnapshots(olderThan: number): Promise<number>;

  /**
   * Deletes at most `limit` events before `key` (canonical order), but no dog's newest one, nor what says who watched and by which
   * policy. Returns how many.
   */
  dropEvents(before: RowKey, limit: number): Promise<number>;
  /** Deletes rollups of one size, outages that ended and dog days, before `at`; at most `limit` rows of each. Returns how many. */
  dropDerived(what: {
    readonly size?: RollupSize;
    readonly outages?: boolean;
    readonly before: number;
    readonly limit: number;
  }): Promise<number>;
  /** About how many bytes of it are rollups, outages and dog days: by their number and a sample of them. */
  derivedBytes(): Promise<number>;
  /** Bytes of the database in use: what deleting freed to be written again is not counted. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}
