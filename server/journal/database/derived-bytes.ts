import { type Kysely, sql } from "kysely";
import type { JournalTables } from "./schema.ts";

/** Beside the body of a rollup its key, twice (row and index), and what a row costs; the other rows whole. Measured in SQLite. */
const ROLLUP_BYTES = 110;
const OUTAGE_BYTES = 260;
const DOG_DAY_BYTES = 60;
const SAMPLE = 500;

/** About how many bytes the derived rows take: counted by an index, the length of a rollup from some of them. */
export async function derivedBytes(db: Kysely<JournalTables>): Promise<number> {
  const count = sql<number>`CAST(COUNT(*) AS BIGINT)`.as("count");
  const rollups = await db.selectFrom("rollups").select(count).executeTakeFirstOrThrow();
  const some = db.selectFrom("rollups").select("body").orderBy("size").orderBy("by").orderBy("at").limit(SAMPLE);
  const { length } = await db
    .selectFrom(some.as("some"))
    .select(sql<number | null>`CAST(AVG(LENGTH(body)) AS BIGINT)`.as("length"))
    .executeTakeFirstOrThrow();
  const outages = await db.selectFrom("outages").select(count).executeTakeFirstOrThrow();
  const days = await db.selectFrom("dog_days").select(count).where("day", ">=", 0).executeTakeFirstOrThrow();
  return rollups.count * (ROLLUP_BYTES + (length ?? 0)) + outages.count * OUTAGE_BYTES + days.count * DOG_DAY_BYTES;
}
