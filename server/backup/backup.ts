import { existsSync } from "node:fs";
import { type Kysely, sql } from "kysely";
import type { JournalLocation } from "#server/journal/archive.ts";
import { openTables } from "#server/journal/database/open-database.ts";
import type { JournalTables } from "#server/journal/database/schema.ts";
import { type WrittenBackup, writeBackup } from "./backup-file.ts";
import { BACKUP_FORMAT, BackupError } from "./backup-lines.ts";
import { dumpTables } from "./dump-tables.ts";
import { readSecrets } from "./folder-secrets.ts";

export interface BackupOptions {
  readonly location: JournalLocation;
  /** Of the secrets. */
  readonly dataDir: string;
  readonly to: string;
  /** Of Leash, for whoever reads the header. */
  readonly version: string;
  readonly now: () => number;
}

export interface BackupDone {
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly rowsSha256: string;
  readonly secrets: number;
}

/**
 * Copies the journal as it is at one moment into a file, while a gateway writes to it or not: a read transaction on a second
 * connection, which holds up no writer. Throws a BackupError with one line.
 */
export async function createBackup({ location, dataDir, to, version, now }: BackupOptions): Promise<BackupDone> {
  // SQLite would make an empty one.
  if (location.kind === "sqlite" && !existsSync(location.file))
    throw new BackupError(
      `there is no journal at ${location.file}: set DATA_DIR or DATABASE_URL as the gateway has it`,
    );
  const secrets = readSecrets(dataDir);
  const access = await openTables(location);
  let written: WrittenBackup | undefined;
  try {
    const done = await inSnapshot(access.tables, location.kind, async (db) => {
      const schema = await schemaOf(db);
      if (schema === null) throw new BackupError("there is no journal: start the gateway once");
      const dump = dumpTables(db);
      const { kind: database } = location;
      const header = { leash_backup: BACKUP_FORMAT, schema, leash: version, database, at: now() };
      written = await writeBackup(to, header, secrets, dump);
      return { counts: dump.counts, bytes: written.bytes, rowsSha256: dump.digest(), secrets: secrets.length };
    });
    await written?.finish();
    return done;
  } catch (error) {
    await written?.discard();
    throw error;
  } finally {
    await access.close();
  }
}

/** Runs `work` in a transaction that sees one moment, however long it takes; the server ends it for no pause between two reads. */
export function inSnapshot<T>(
  tables: Kysely<JournalTables>,
  kind: JournalLocation["kind"],
  work: (db: Kysely<JournalTables>) => Promise<T>,
): Promise<T> {
  const transaction = tables.transaction();
  if (kind === "sqlite") return transaction.execute(work);
  return transaction
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (db) => {
      await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(db);
      return work(db);
    });
}

/** Name of the newest migration; null for a database without any. */
export async function schemaOf(db: Kysely<JournalTables>): Promise<string | null> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === "kysely_migration")) return null;
  const { rows } = await sql<{ name: string | null }>`SELECT max(name) AS name FROM kysely_migration`.execute(db);
  return rows[0]?.name ?? null;
}
