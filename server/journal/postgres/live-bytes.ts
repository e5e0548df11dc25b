import { type Kysely, sql } from "kysely";
import type { JournalTables } from "../database/schema.ts";

/** Below this the true size is small enough to be taken as it is. */
const SMALL_BYTES = 16 * 1024 * 1024;

/**
 * Bytes that the journal's tables use: their size on disk, without the room of deleted rows, which is used again before a
 * file grows (PostgreSQL gives it back to nobody). The share that lives is the server's own estimate, within some percent.
 */
export async function liveBytes(db: Kysely<JournalTables>): Promise<number> {
  const tables = await sizes(db);
  const unknown = tables.filter(({ bytes, rows }) => bytes > SMALL_BYTES && rows === 0);
  // After a crash the server has forgotten its counts: a sample of the table brings them back.
  for (const { name } of unknown) await sql`ANALYZE ${sql.table(name)}`.execute(db);
  const known = unknown.length > 0 ? await sizes(db) : tables;
  return known.reduce((sum, { bytes, used }) => sum + (bytes > SMALL_BYTES ? Math.min(bytes, used) : bytes), 0);
}

interface TableSize {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly used: number;
}

/** `used` is rows x (row header + widths of its columns), heap and every index, B-tree pages filled to two thirds. */
async function sizes(db: Kysely<JournalTables>): Promise<readonly TableSize[]> {
  const { rows } = await sql<TableSize>`
    WITH own AS (
      SELECT s.relid, s.relname::text AS name, s.n_live_tup AS rows, pg_total_relation_size(s.relid) AS bytes
      FROM pg_stat_user_tables s
      WHERE s.schemaname = current_schema()
        AND s.relname IN ('events', 'alive', 'outages', 'rollups', 'dog_days', 'snapshots', 'snapshot_shards')
    ), widths AS (
      SELECT tablename::text AS name, attname, avg_width FROM pg_stats WHERE schemaname = current_schema()
    ), keys AS (
      SELECT i.indrelid AS relid, sum(16 + COALESCE(w.width, 32)) * 1.5 AS width
      FROM pg_index i, LATERAL (
        SELECT sum(v.avg_width) AS width FROM pg_attribute a JOIN widths v ON v.attname = a.attname
        WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND v.name = (SELECT o.name FROM own o WHERE o.relid = i.indrelid)
      ) w
      WHERE i.indrelid IN (SELECT relid FROM own) GROUP BY i.indrelid
    )
    SELECT own.name, own.bytes, own.rows,
      own.rows * (32 + COALESCE((SELECT sum(avg_width) FROM widths w WHERE w.name = own.name), 300) + COALESCE(keys.width, 0)) AS used
    FROM own LEFT JOIN keys ON keys.relid = own.relid`.execute(db);
  return rows;
}
