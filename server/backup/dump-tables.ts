import { createHash, type Hash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { JournalTables } from "#server/journal/database/schema.ts";
import type { BackupRow, BackupSection, Cell } from "./backup-lines.ts";
import { BACKUP_TABLES, type BackupTable } from "./backup-tables.ts";

type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

export interface Dump {
  /** Lines of all tables, each ended, some hundred kB at once. Read to the end before the rest is asked. */
  readonly text: AsyncIterable<string>;
  readonly counts: Readonly<Record<string, number>>;
  /** Digest of all the text. */
  digest(): string;
}

/**
 * Every row of every table in the order of its key, read in batches: nothing larger is in memory. `db` is a transaction that
 * sees one moment. `columns`: of each table; left out, those it has.
 */
export function dumpTables(db: Kysely<JournalTables>, columns?: Readonly<Record<string, readonly string[]>>): Dump {
  const counts: Record<string, number> = {};
  const hash = createHash("sha256");
  let digest: string | undefined;
  const finish = () => {
    digest ??= hash.digest("hex");
    return digest;
  };
  return { text: linesOf(db, counts, hash, columns), counts, digest: finish };
}

async function* linesOf(
  db: Kysely<JournalTables>,
  counts: Record<string, number>,
  hash: Hash,
  columns?: Readonly<Record<string, readonly string[]>>,
): AsyncGenerator<string> {
  const tell = (text: string) => {
    hash.update(text);
    return text;
  };
  for (const table of BACKUP_TABLES) {
    const its = columns === undefined ? await columnsOf(db, table) : columns[table.name];
    if (its === undefined) continue;
    const section: BackupSection = { table: table.name, columns: [...its] };
    yield tell(`${JSON.stringify(section)}\n`);
    counts[table.name] = 0;
    for await (const rows of batches(db, table)) {
      counts[table.name] = (counts[table.name] ?? 0) + rows.length;
      yield tell(rows.map((row) => `${JSON.stringify(cellsOf(row, its))}\n`).join(""));
    }
  }
}

/** Columns by their names, so that both databases tell them in the same order. */
async function columnsOf(db: Kysely<JournalTables>, table: BackupTable): Promise<readonly string[]> {
  const tables = await db.introspection.getTables();
  const found = tables.find(({ name }) => name === table.name);
  if (!found)
    throw new Error(`the journal has no table ${table.name}: start the gateway once, so that it brings it up to date`);
  return found.columns.map(({ name }) => name).sort();
}

async function* batches(db: Kysely<JournalTables>, { name, key, batch }: BackupTable): AsyncGenerator<readonly Row[]> {
  const order = sql.join(key.map((column) => sql.ref(column)));
  let last: Row | undefined;
  for (;;) {
    const after = last && sql.join(key.map((column) => sql`${last?.[column]}`));
    const where = after === undefined ? sql`` : sql`WHERE (${order}) > (${after})`;
    const { rows } =
      await sql<Row>`SELECT * FROM ${sql.table(name)} ${where} ORDER BY ${order} LIMIT ${sql.lit(batch)}`.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < batch) return;
    last = rows.at(-1);
  }
}

function cellsOf(row: Row, columns: readonly string[]): BackupRow {
  return columns.map((column): Cell => {
    const value = row[column] ?? null;
    return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  });
}
