import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Kysely, sql } from "kysely";
import type { JournalLocation } from "#server/journal/archive.ts";
import type { HotDatabase } from "#server/journal/database/hot-database.ts";
import { openHot, openTables } from "#server/journal/database/open-database.ts";
import { horizonFromSnapshots, type JournalTables } from "#server/journal/database/schema.ts";
import { lockDataFolder } from "#server/journal/sqlite/owner-lock.ts";
import { schemaOf } from "./backup.ts";
import { readBackup, sync } from "./backup-file.ts";
import {
  BackupError,
  type BackupHeader,
  type BackupRow,
  type BackupSecret,
  type BackupSection,
  type Cell,
} from "./backup-lines.ts";
import { BACKUP_TABLES, backupTable } from "./backup-tables.ts";
import { dumpTables } from "./dump-tables.ts";
import { refuseOtherSecrets, writeSecrets } from "./folder-secrets.ts";

export interface RestoreOptions {
  readonly from: string;
  readonly location: JournalLocation;
  readonly dataDir: string;
  readonly pid: number;
}

export interface RestoreDone {
  readonly header: BackupHeader;
  readonly counts: Readonly<Record<string, number>>;
  readonly rowsSha256: string;
  readonly secrets: number;
}

/** What the first reading of the file found: all of it is sound. */
interface Checked {
  readonly header: BackupHeader;
  readonly secrets: readonly BackupSecret[];
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly rowsSha256: string;
}

/**
 * Puts a backup into an empty data folder or database. The file is read to its end before anything is touched; what was stored
 * is read back and its digest compared before it counts. All or nothing: after a failure the place is as empty as before.
 * Throws a BackupError with one line.
 */
export async function restoreBackup({ from, location, dataDir, pid }: RestoreOptions): Promise<RestoreDone> {
  const checked = await checkBackup(from);
  const made = mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  refuseOtherSecrets(dataDir, checked.secrets);
  const release = lockDataFolder(dataDir, pid);
  try {
    const takeBack = writeSecrets(dataDir, checked.secrets);
    try {
      if (location.kind === "sqlite") await intoFolder(from, checked, location.file, dataDir);
      else await intoDatabase(from, checked, location);
    } catch (error) {
      takeBack();
      throw error;
    }
    await sync(dataDir);
    if (made !== undefined) await syncParent(dirname(dataDir));
  } finally {
    release();
  }
  const { header, counts, rowsSha256, secrets } = checked;
  return { header, counts, rowsSha256, secrets: secrets.length };
}

/** Of the folder that was made here. A container may not read it: then the folder's name is as safe as its file system makes it. */
export async function syncParent(path: string, syncAt = sync): Promise<void> {
  await syncAt(path).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EACCES" && code !== "EPERM") throw error;
  });
}

async function checkBackup(from: string): Promise<Checked> {
  const found: { header?: BackupHeader } = {};
  const secrets: BackupSecret[] = [];
  const columns: Record<string, readonly string[]> = {};
  const { counts, rows_sha256: rowsSha256 } = await readBackup(from, {
    header: (header) => {
      found.header = header;
    },
    secret: (secret) => void secrets.push(secret),
    section: (section) => {
      columns[section.table] = section.columns;
    },
  });
  if (!found.header) throw new BackupError(`${from} is no backup of Leash`);
  return { header: found.header, secrets, columns, counts, rowsSha256 };
}

const RESTORING = "journal.db.restoring";

/** A file of its own until it is whole, then the folder's. */
async function intoFolder(from: string, checked: Checked, file: string, dir: string): Promise<void> {
  const making = join(dir, RESTORING);
  const removeMade = () => {
    for (const rest of ["", "-journal", "-wal", "-shm"]) rmSync(making + rest, { force: true });
  };
  // Under our lock it is nobody's: a restore before this one was killed.
  removeMade();
  const others = readdirSync(dir).filter((name) => !name.startsWith("lock."));
  const strangers = others.filter((name) => !checked.secrets.some((file) => file.folder_file === name));
  if (strangers.length > 0)
    throw new BackupError(`${dir} is not empty (${strangers.slice(0, 3).join(", ")}): restore into an empty folder`);
  const location = { kind: "sqlite", file: making } as const;
  try {
    const hot = await openHot(location);
    try {
      await fill(from, checked, location);
    } finally {
      // Closing the last connection puts its log into the file.
      await hot.close();
    }
    for (const rest of ["-wal", "-shm"])
      if (existsSync(making + rest)) throw new Error(`${making}${rest} is left over`);
    renameSync(making, file);
  } catch (error) {
    removeMade();
    throw error;
  }
}

/** Under the lock that a gateway would hold, in one transaction. */
async function intoDatabase(from: string, checked: Checked, location: JournalLocation): Promise<void> {
  let hot: HotDatabase | undefined;
  try {
    hot = await openHot(location);
    await fill(from, checked, location);
  } finally {
    await hot?.close();
  }
}

async function fill(from: string, checked: Checked, location: JournalLocation): Promise<void> {
  const access = await openTables(location);
  try {
    const schema = (await schemaOf(access.tables)) ?? "";
    if (checked.header.schema > schema) {
      const { leash, schema: newer } = checked.header;
      throw new BackupError(`${from} is of a newer Leash (${leash}, ${newer}): restore it with that one`);
    }
    await access.tables.transaction().execute(async (db) => {
      await refuseRows(db);
      const store = new RowStore(db);
      await readBackup(from, {
        section: (section) => store.section(section),
        row: (row, section) => store.row(row, section),
      });
      await store.flush();
      if (checked.columns.horizon === undefined) await horizonFromSnapshots(db);
      await compare(db, from, checked);
    });
  } finally {
    await access.close();
  }
}

async function refuseRows(db: Kysely<JournalTables>): Promise<void> {
  for (const { name } of BACKUP_TABLES) {
    const { rows } = await sql`SELECT 1 FROM ${sql.table(name)} LIMIT 1`.execute(db);
    if (rows.length > 0)
      throw new BackupError(`the database is not empty (${name} has rows): restore into an empty one`);
  }
}

/** What was stored, read back: the same rows give the same digest. */
async function compare(db: Kysely<JournalTables>, from: string, { columns, rowsSha256 }: Checked): Promise<void> {
  const dump = dumpTables(db, columns);
  for await (const _ of dump.text);
  if (dump.digest() !== rowsSha256)
    throw new BackupError(`what was restored is not what ${from} holds: nothing was kept`);
}

/** Rows on their way into a table, a batch at a time. */
class RowStore {
  readonly #db: Kysely<JournalTables>;
  #section: BackupSection | null = null;
  #rows: Record<string, Cell | Uint8Array>[] = [];
  #batch = 1;
  #bytes: readonly string[] = [];

  constructor(db: Kysely<JournalTables>) {
    this.#db = db;
  }

  async section(section: BackupSection): Promise<void> {
    await this.flush();
    const table = backupTable(section.table);
    if (!table)
      throw new BackupError(
        `a table this Leash does not know (${section.table}): restore it with the one that wrote it`,
      );
    this.#section = section;
    this.#batch = table.batch;
    this.#bytes = table.bytes;
  }

  row(row: BackupRow, { columns }: BackupSection): void | Promise<void> {
    const record: Record<string, Cell | Uint8Array> = {};
    columns.forEach((column, index) => {
      const cell = row[index] ?? null;
      record[column] = this.#bytes.includes(column) && typeof cell === "string" ? Buffer.from(cell, "base64") : cell;
    });
    this.#rows.push(record);
    return this.#rows.length >= this.#batch ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    const section = this.#section;
    if (!section || rows.length === 0) return;
    this.#rows = [];
    const columns = sql.join(section.columns.map((column) => sql.ref(column)));
    const values = sql.join(
      rows.map((row) => sql`(${sql.join(section.columns.map((column) => sql`${row[column] ?? null}`))})`),
    );
    await sql`INSERT INTO ${sql.table(section.table)} (${columns}) VALUES ${values}`.execute(this.#db);
  }
}
