import { Kysely, PostgresDialect } from "kysely";
import { AppError } from "#lib/errors/app-error.ts";
import { createEventReads } from "../database/event-reads.ts";
import type { HotDatabase, ReadDatabase, TableAccess } from "../database/hot-database.ts";
import { readPast } from "../database/read-past.ts";
import { type JournalTables, migrate } from "../database/schema.ts";
import type { Commit, StoredPast } from "../journal-store.ts";
import { assertDurable } from "./assert-durable.ts";
import { createConnectionPool } from "./connection-pool.ts";
import { lockDatabase } from "./database-lock.ts";
import { liveBytes } from "./live-bytes.ts";
import { type Connection, connect, postgresError } from "./postgres-client.ts";
import { createPostgresCommit } from "./postgres-commit.ts";

/** The server gives up a little before we give up its answer, so that the connection survives. */
const WRITER = { statementMs: 9_000, lockMs: 5_000 } as const;
const READER = { statementMs: 9_000, lockMs: 2_000, answerMs: 10_000, most: 2, away: "journal_unavailable" } as const;
const TABLES = { statementMs: 29_000, lockMs: 5_000, answerMs: 30_000, most: 4, away: "history_unavailable" } as const;
/** An index over a journal of years is made within that. */
const MIGRATION = {
  statementMs: 3_600_000,
  lockMs: 10_000,
  answerMs: 3_601_000,
  most: 1,
  away: "journal_unavailable",
} as const;

interface Session {
  readonly connection: Connection;
  commit(commit: Commit): Promise<void>;
}

/**
 * Opens, checks and migrates the journal's tables at `url`, for this gateway alone. A connection that fails is replaced at
 * the next commit, checked and locked as the first one was: as long as a former session of ours may still commit, no new
 * one does.
 */
export async function openPostgresDatabase(url: string): Promise<HotDatabase> {
  let session: Session | undefined = await openSession(url);
  let closed = false;
  let past: StoredPast;
  try {
    past = await prepareTables(url);
  } catch (error) {
    session.connection.destroy();
    throw error;
  }

  async function current(): Promise<Session> {
    if (session?.connection.isUsable()) return session;
    const fresh = await openSession(url);
    if (closed) fresh.connection.destroy();
    session = fresh;
    return fresh;
  }

  return {
    past,
    async commit(commit) {
      if (closed) throw new Error("the journal's database is closed");
      const used = await current();
      try {
        await used.commit(commit);
      } catch (error) {
        // Nobody knows what became of the commit: whoever asks next asks a new session, after the end of this one.
        used.connection.destroy();
        throw error;
      }
    },
    async close() {
      closed = true;
      await session?.connection.end();
    },
  };
}

export async function openPostgresReader(url: string): Promise<ReadDatabase> {
  const db = tablesAt({ url, ...READER });
  return { ...createEventReads(db), close: () => db.destroy() };
}

export async function openPostgresTables(url: string): Promise<TableAccess> {
  const tables = tablesAt({ url, ...TABLES });
  return { tables, dialect: "postgres", bytes: () => liveBytes(tables), close: () => tables.destroy() };
}

async function openSession(url: string): Promise<Session> {
  const connection = await connect({ url, ...WRITER });
  try {
    await assertDurable(connection, url);
    await lockDatabase(connection, url);
    return { connection, commit: createPostgresCommit(connection) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** By a connection of its own, under the lock of the writer's: what takes long here is no commit that hangs. */
async function prepareTables(url: string): Promise<StoredPast> {
  const db = tablesAt({ url, ...MIGRATION });
  try {
    await migrate(db, "postgres");
    return await readPast(db);
  } catch (error) {
    throw error instanceof AppError ? error : postgresError(url, error);
  } finally {
    await db.destroy();
  }
}

function tablesAt(options: Parameters<typeof createConnectionPool>[0]): Kysely<JournalTables> {
  return new Kysely<JournalTables>({ dialect: new PostgresDialect({ pool: createConnectionPool(options) }) });
}
