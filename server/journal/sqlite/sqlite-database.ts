import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { createEventReads } from "../database/event-reads.ts";
import type { HotDatabase, HotOptions, ReadDatabase, TableAccess } from "../database/hot-database.ts";
import { readPast } from "../database/read-past.ts";
import { type JournalTables, migrate } from "../database/schema.ts";
import { nodeSqliteDialect } from "./node-sqlite-dialect.ts";
import { createSqliteCommit } from "./sqlite-commit.ts";

/** How long one connection waits for the other's transaction. */
const BUSY_MS = 5_000;
/** Above this size the boot check leaves out the indexes: a full one would outlast the patience of a supervisor. */
const FULL_CHECK_BYTES = 256 * 1024 * 1024;
/**
 * A cache that holds the index pages a storm writes to, and a checkpoint after 16 MiB of log instead of 4: pages written
 * again and again go to the database file once.
 */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = ${BUSY_MS};
  PRAGMA cache_size = -16384;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA foreign_keys = ON;
`;

/** Opens, checks and migrates `file`. Throws one clear line for a damaged file. */
export async function openSqliteDatabase(file: string, options: HotOptions = {}): Promise<HotDatabase> {
  const db = new DatabaseSync(file);
  try {
    if (!options.checked) checkIntegrity(db, file);
    db.exec(PRAGMAS);
    assertDurable(db, file);
    if (options.maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${Math.trunc(options.maxPages)}`);
    const kysely = new Kysely<JournalTables>({ dialect: nodeSqliteDialect(db) });
    await migrateAtOnce(db, kysely);
    const past = await readPast(kysely);
    return { past, commit: createSqliteCommit(db), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A second connection that sees every commit made before each of its reads. The writer has to have the file open. */
export function openSqliteReader(file: string): ReadDatabase {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  const kysely = new Kysely<JournalTables>({ dialect: nodeSqliteDialect(db) });
  return { ...createEventReads(kysely), close: () => db.close() };
}

/**
 * A third connection, which writes too: in short transactions, for the writer of events waits for each of them. They are
 * not synced: a power cut may take the last of them back, in order, and whoever wanted them wants them again.
 */
export function openSqliteTables(file: string): TableAccess {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  db.exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4000");
  const tables = new Kysely<JournalTables>({ dialect: nodeSqliteDialect(db) });
  const pragma = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  return {
    tables,
    dialect: "sqlite",
    // Free pages are used again before the file grows: they are room, not journal.
    bytes: async () => (pragma("page_count") - pragma("freelist_count")) * pragma("page_size"),
    close: () => tables.destroy(),
  };
}

/** One transaction and one sync around every step: kysely makes none for SQLite. */
async function migrateAtOnce(db: DatabaseSync, kysely: Kysely<JournalTables>): Promise<void> {
  db.exec("BEGIN IMMEDIATE");
  try {
    await migrate(kysely, "sqlite");
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
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
