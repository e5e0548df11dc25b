import type { Kysely } from "kysely";
import type { JournalRead } from "../journal.ts";
import type { Commit, RowKey, StoredPast, StoredRow } from "../journal-store.ts";
import type { Dialect } from "./dialect.ts";
import type { JournalTables } from "./schema.ts";

/** The journal's tables as its writing thread holds them: opened, checked, migrated. */
export interface HotDatabase {
  readonly past: StoredPast;
  /**
   * One transaction; durable when it resolves. After a rejection nobody knows its fate and the same commit comes again:
   * rows are stored once by their key, `derived` once by the commit's number.
   */
  commit(commit: Commit): Promise<void> | void;
  close(): Promise<void> | void;
}

/** What the reading thread asks; sees every commit made before each of its reads. */
export interface ReadDatabase {
  page(after: RowKey | null, limit: number): Promise<readonly StoredRow[]>;
  read(query: JournalRead): Promise<readonly StoredRow[]>;
  close(): Promise<void> | void;
}

/** The tables for the archive: a connection of its own, which never waits for a writer for longer than 5 s. */
export interface TableAccess {
  readonly tables: Kysely<JournalTables>;
  readonly dialect: Dialect;
  /** Size of the database in bytes. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

export interface HotOptions {
  /** Bounds the file, which is how tests fill a disk. SQLite only. */
  readonly maxPages?: number;
  /** True leaves out the check of the database: this process has made it. */
  readonly checked?: boolean;
}
