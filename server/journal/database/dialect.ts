import { type Kysely, type RawBuilder, sql } from "kysely";

/** The databases a journal rests in. */
export type Dialect = "sqlite" | "postgres";

/** Text compared byte by byte, as JS compares our keys, whatever the locale of the database. */
export function textType(dialect: Dialect): "text" | RawBuilder<unknown> {
  return dialect === "postgres" ? sql`text COLLATE "C"` : "text";
}

export function blobType(dialect: Dialect): "blob" | "bytea" {
  return dialect === "postgres" ? "bytea" : "blob";
}

/** Adds a column where it is missing; SQLite has no IF NOT EXISTS for it. `definition` is SQL of our own. */
export async function addColumnOnce(
  db: Kysely<unknown>,
  dialect: Dialect,
  table: string,
  column: string,
  definition: string,
): Promise<void> {
  if (dialect === "sqlite") {
    const found = await sql`SELECT 1 FROM pragma_table_info(${table}) WHERE name = ${column}`.execute(db);
    if (found.rows.length > 0) return;
  }
  const once = sql.raw(dialect === "postgres" ? "IF NOT EXISTS " : "");
  await sql`ALTER TABLE ${sql.table(table)} ADD COLUMN ${once}${sql.ref(column)} ${sql.raw(definition)}`.execute(db);
}
