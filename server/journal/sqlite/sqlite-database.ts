import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import { type JournalTables, migrate } from "../database/schema.ts";
import type { JournalRead } from "../journal.ts";
import type { Commit, PreviousRun, RowKey, StoredPast, StoredRow } from "../journal-store.ts";
import { nodeSqliteDialect } from "./node-sqlite-dialect.ts";

/** Above this size the boot check leaves out the indexes: a full one would outlast the patience of a supervisor. */
const FULL_CHECK_BYTES = 256 * 1024 * 1024;
const EVENT_COLUMNS = ["epoch", "seq", "at", "v", "body"] as const;
/**
 * A cache that holds the index pages a storm writes to, and a checkpoint after 16 MiB of log instead of 4: pages written
 * again and again go to the database file once.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  PRAGMA cache_size = -16384;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA foreign_keys = ON;
`;

/** The journal's tables in one file, to be written. Synchronous: it lives in a worker thread. */
export interface SqliteDatabase {
  readonly past: StoredPast;
  commit(commit: Commit): void;
  close(): void;
}

export interface SqliteReader {
  page(after: RowKey | null, limit: number): Promise<StoredRow[]>;
  read(query: JournalRead): Promise<StoredRow[]>;
  close(): void;
}

export interface OpenOptions {
  /** Bounds the file, which is how tests fill a disk. */
  readonly maxPages?: number;
  /** True leaves out the integrity check: this process has made it. */
  readonly checked?: boolean;
}

/** Opens, checks and migrates `file`. Throws one clear line for a damaged file. */
export async function openSqliteDatabase(file: string, options: OpenOptions = {}): Promise<SqliteDatabase> {
  const db = new DatabaseSync(file);
  try {
    if (!options.checked) checkIntegrity(db, file);
    db.exec(PRAGMAS);
    assertDurable(db, file);
    if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${Math.trunc(options.maxPages)}`);
    const kysely = new Kysely<JournalTables>({ dialect: nodeSqliteDialect(db) });
    await migrate(kysely, "sqlite");
    const past = await readPast(kysely);
    return { past, commit: createCommit(db), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A second connection that sees every commit made before each of its reads. The writer has to have the file open. */
export function openSqliteReader(file: string): SqliteReader {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  const kysely = new Kysely<JournalTables>({ dialect: nodeSqliteDialect(db) });
  return { ...createReads(kysely), close: () => db.close() };
}

function checkIntegrity(db: DatabaseSync, file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const check = size > FULL_CHECK_BYTES ? "quick_check" : "integrity_check";
  let answer: unknown;
  try {
    answer = Object.values(db.prepare(`PRAGMA ${check}(1)`).get() ?? {})[0];
  } catch (error) {
    throw new Error(`the journal ${file} cannot be read (${messageOf(error)}); restore it from a backup`, {
      cause: error,
    });
  }
  if (answer !== "ok") throw new Error(`the journal ${file} is damaged (${answer}); restore it from a backup`);
}

/** Where WAL cannot work (some network file systems) SQLite stays in another mode without a word. */
function assertDurable(db: DatabaseSync, file: string): void {
  const mode = db.prepare("PRAGMA journal_mode").get()?.journal_mode;
  const synchronous = db.prepare("PRAGMA synchronous").get()?.synchronous;
  if (mode === "wal" && synchronous === 2) return;
  throw new Error(
    `the journal ${file} cannot be made durable here (mode ${mode}, synchronous ${synchronous}); use a local disk`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Prepared statements only: this is the hot path. Storing a row twice changes nothing, so a commit may be repeated. */
function createCommit(db: DatabaseSync): (commit: Commit) => void {
  const insert = db.prepare(
    "INSERT INTO events (epoch, seq, at, v, sn, type, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (epoch, seq) DO NOTHING",
  );
  const alive = db.prepare(
    `INSERT INTO alive (epoch, gateway, run, at, clean) VALUES (?, ?, (SELECT COALESCE(MAX(run), 0) + 1 FROM alive), ?, ?)
     ON CONFLICT (epoch) DO UPDATE SET at = excluded.at, clean = excluded.clean`,
  );
  return ({ epoch, gateway, rows, aliveAt, clean }) => {
    db.exec("BEGIN IMMEDIATE");
    try {
      for (const row of rows) insert.run(row.epoch, row.seq, row.at, row.v, row.sn, row.type, row.body);
      alive.run(epoch, gateway, aliveAt, clean ? 1 : 0);
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
}

function createReads(db: Kysely<JournalTables>): Pick<SqliteReader, "page" | "read"> {
  return {
    page(after, limit) {
      let query = db.selectFrom("events").select(EVENT_COLUMNS).orderBy("at").orderBy("epoch").orderBy("seq");
      if (after) query = query.where(sql<boolean>`(at, epoch, seq) > (${after.at}, ${after.epoch}, ${after.seq})`);
      return query.limit(limit).execute();
    },
    read({ sn, before, since, limit }) {
      let query = db.selectFrom("events").select(EVENT_COLUMNS);
      if (sn !== undefined) query = query.where("sn", "=", sn);
      if (since !== undefined) query = query.where("at", ">=", since);
      if (before) query = query.where(sql<boolean>`(at, epoch, seq) < (${before.at}, ${before.epoch}, ${before.seq})`);
      return query.orderBy("at", "desc").orderBy("epoch", "desc").orderBy("seq", "desc").limit(limit).execute();
    },
  };
}

async function readPast(db: Kysely<JournalTables>): Promise<StoredPast> {
  const alive = await db.selectFrom("alive").selectAll().orderBy("run", "desc").limit(1).executeTakeFirst();
  const latest = await db.selectFrom("events").select("at").orderBy("at", "desc").limit(1).executeTakeFirst();
  const previous: PreviousRun | null = alive
    ? { epoch: alive.epoch, aliveUntil: alive.at, clean: alive.clean === 1 }
    : null;
  const told = await db
    .selectFrom("alive")
    .select("told_through")
    .where("told_through", "is not", null)
    .orderBy("run", "desc")
    .limit(1)
    .executeTakeFirst();
  return { previous, latestAt: latest?.at ?? 0, toldThrough: told?.told_through ?? null };
}
