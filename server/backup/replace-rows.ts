import { type Kysely, type RawBuilder, sql } from "kysely";
import type { JournalTables } from "#server/journal/database/schema.ts";
import type { TableName } from "./backup-tables.ts";

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

/** A part of a table, in the order of its key. */
export interface Part {
  readonly table: TableName;
  readonly key: readonly string[];
  readonly where: RawBuilder<unknown>;
  /** Columns that hold JSON: the order of its keys means nothing. */
  readonly json?: readonly string[];
}

export interface Replaced {
  readonly same: number;
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
}

const BATCH = 1_000;

/** Makes a part of a table what it is in `from`: rows that are the same already are left alone. Both are read once, in batches. */
export async function replaceRows(
  from: Kysely<JournalTables>,
  to: Kysely<JournalTables>,
  part: Part,
): Promise<Replaced> {
  const counts = { same: 0, changed: 0, added: 0, removed: 0 };
  const [right, stored] = [rowsOf(from, part), rowsOf(to, part)];
  let [is, was] = [await next(right), await next(stored)];
  while (is || was) {
    const order = !is ? 1 : !was ? -1 : compareKeys(is, was, part.key);
    if (order === 0 && is && was) {
      if (textOf(is, part) === textOf(was, part)) counts.same++;
      else {
        counts.changed++;
        await remove(to, was, part);
        await insert(to, is, part);
      }
      [is, was] = [await next(right), await next(stored)];
    } else if (order < 0 && is) {
      counts.added++;
      await insert(to, is, part);
      is = await next(right);
    } else if (was) {
      counts.removed++;
      await remove(to, was, part);
      was = await next(stored);
    }
  }
  return counts;
}

async function next(rows: AsyncGenerator<Row>): Promise<Row | undefined> {
  const { value, done } = await rows.next();
  return done ? undefined : value;
}

/** Rows read ahead are those that were there: what is inserted behind the cursor is not met again. */
async function* rowsOf(db: Kysely<JournalTables>, { table, key, where }: Part): AsyncGenerator<Row> {
  const order = sql.join(key.map((column) => sql.ref(column)));
  let last: Row | undefined;
  for (;;) {
    const after = last ? sql`AND (${order}) > (${sql.join(key.map((column) => sql`${last?.[column]}`))})` : sql``;
    const query = sql<Row>`SELECT * FROM ${sql.table(table)} WHERE ${where} ${after} ORDER BY ${order} LIMIT ${sql.lit(BATCH)}`;
    const { rows } = await query.execute(db);
    yield* rows;
    if (rows.length < BATCH) return;
    last = rows.at(-1);
  }
}

async function remove(db: Kysely<JournalTables>, row: Row, { table, key }: Part): Promise<void> {
  const same = sql.join(
    key.map((column) => sql`${sql.ref(column)} = ${row[column]}`),
    sql` AND `,
  );
  await sql`DELETE FROM ${sql.table(table)} WHERE ${same}`.execute(db);
}

async function insert(db: Kysely<JournalTables>, row: Row, { table }: Part): Promise<void> {
  const columns = Object.keys(row);
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map((column) => sql`${row[column] ?? null}`));
  await sql`INSERT INTO ${sql.table(table)} (${names}) VALUES (${values})`.execute(db);
}

/** As both databases order their keys: numbers, and text by its bytes. */
function compareKeys(a: Row, b: Row, key: readonly string[]): number {
  for (const column of key) {
    const [one, other] = [a[column], b[column]];
    if (typeof one === "number" && typeof other === "number") {
      if (one !== other) return one - other;
    } else {
      const order = Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
      if (order !== 0) return order;
    }
  }
  return 0;
}

function textOf(row: Row, { json = [] }: Part): string {
  const cells = Object.keys(row)
    .sort()
    .map((column) => [column, json.includes(column) ? sorted(JSON.parse(String(row[column]))) : row[column]]);
  return JSON.stringify(cells);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
