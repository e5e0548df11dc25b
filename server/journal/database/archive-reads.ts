import { type Kysely, sql } from "kysely";
import { begunIn, decodeRollup } from "#lib/history/rollup.ts";
import type { Archive, EventRead, OutageRead } from "../archive.ts";
import type { RowKey } from "../journal-store.ts";
import { outageRow } from "./derived-rows.ts";
import { EVENT_COLUMNS, isAfter, isBefore } from "./event-reads.ts";
import type { JournalTables } from "./schema.ts";

type Reads = Pick<
  Archive,
  "rollups" | "begun" | "outages" | "leastStable" | "leastStableOf" | "events" | "bounds" | "countEvents"
>;

/** Sums of bigints are of another type in PostgreSQL: told as what they are made of. */
const total = (column: string) => sql<number>`CAST(SUM(${sql.ref(column)}) AS BIGINT)`;
const countIf = (condition: ReturnType<typeof sql<boolean>>) =>
  sql<number>`CAST(SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS BIGINT)`;

export function createReads(db: Kysely<JournalTables>): Reads {
  return {
    async rollups(query) {
      const rows = await readRollups(db, query);
      return rows.map(({ at, key, body }) => ({ at, key, rollup: decodeRollup(body) }));
    },
    async begun(query) {
      const rows = await readRollups(db, query);
      return rows.map(({ at, key, body }) => ({ at, key, begun: begunIn(body) }));
    },
    outages: (query) => readOutages(db, query),
    leastStable: ({ from, to, limit }) =>
      db
        .selectFrom("dog_days")
        .select("sn")
        .select(total("outages").as("outages"))
        .select(total("gave_up").as("gaveUp"))
        .select(total("recovered").as("recovered"))
        .select(total("recover_ms").as("recoverMs"))
        .select(total("flaps").as("flaps"))
        .where("day", ">=", from)
        .where("day", "<", to)
        .groupBy("sn")
        .orderBy(total("outages"), "desc")
        .orderBy("sn")
        .limit(limit)
        .execute(),
    async leastStableOf({ from, to, limit }) {
      const recovered = sql<boolean>`outcome = 'recovered'`;
      const rows = await db
        .selectFrom("outages")
        .select("sn")
        .select(sql<number>`CAST(COUNT(*) AS BIGINT)`.as("outages"))
        .select(countIf(sql<boolean>`outcome IN ('gave_up', 'returned')`).as("gaveUp"))
        .select(countIf(recovered).as("recovered"))
        .select(
          sql<number>`CAST(SUM(CASE WHEN ${recovered} THEN ended_at - started_at ELSE 0 END) AS BIGINT)`.as(
            "recoverMs",
          ),
        )
        .where("started_at", ">=", from)
        .where("started_at", "<", to)
        .where("category", "!=", "auth")
        .groupBy("sn")
        .orderBy(sql`COUNT(*)`, "desc")
        .orderBy("sn")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, flaps: 0 }));
    },
    events: (query) => readEvents(db, query),
    async bounds() {
      const oldest = await endOf(db, "asc");
      const newest = await endOf(db, "desc");
      return oldest && newest ? { oldest, newest } : null;
    },
    async countEvents(after, at, limit) {
      let some = db.selectFrom("events").select("seq").where("at", "<=", at).limit(limit);
      if (after) some = some.where(isAfter(after));
      const { count } = await db
        .selectFrom(some.as("some"))
        .select(sql<number>`CAST(COUNT(*) AS BIGINT)`.as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

function readRollups(db: Kysely<JournalTables>, { size, by, from, to }: Parameters<Archive["rollups"]>[0]) {
  return db
    .selectFrom("rollups")
    .select(["at", "key", "body"])
    .where("size", "=", size)
    .where("by", "=", by)
    .where("at", ">=", from)
    .where("at", "<", to)
    .orderBy("at")
    .orderBy("key")
    .execute();
}

/** One lower bound only: given two, SQLite may start each page at the looser one. */
async function readOutages(db: Kysely<JournalTables>, { from, to, sn, reason, after, limit }: OutageRead) {
  let query = db.selectFrom("outages").selectAll();
  if (sn !== undefined) query = query.where("sn", "=", sn);
  if (reason !== undefined) query = query.where("reason", "=", reason);
  if (to !== undefined) query = query.where("started_at", "<", to);
  if (after && after.startedAt >= (from ?? after.startedAt)) {
    // Of one dog no two outages begin at the same instant.
    query =
      sn === undefined
        ? query.where(sql<boolean>`(started_at, sn) > (${after.startedAt}, ${after.sn})`)
        : query.where("started_at", after.sn < sn ? ">=" : ">", after.startedAt);
  } else if (from !== undefined) query = query.where("started_at", ">=", from);
  const rows = await query.orderBy("started_at").orderBy("sn").limit(limit).execute();
  return rows.map(outageRow);
}

/** One bound only at the end it begins at: given two, SQLite may start each page at the looser one. */
function readEvents(db: Kysely<JournalTables>, { from, to, sn, order = "asc", after, limit }: EventRead) {
  const isPast = order === "asc" ? isAfter : isBefore;
  const goesOn =
    after && (order === "asc" ? after.at >= (from ?? after.at) : after.at < (to ?? Number.POSITIVE_INFINITY));
  let query = db.selectFrom("events").select(EVENT_COLUMNS);
  if (sn !== undefined) query = sn === null ? query.where("sn", "is", null) : query.where("sn", "=", sn);
  if (goesOn) query = query.where(isPast(after));
  if (to !== undefined && !(goesOn && order === "desc")) query = query.where("at", "<", to);
  if (from !== undefined && !(goesOn && order === "asc")) query = query.where("at", ">=", from);
  return query.orderBy("at", order).orderBy("epoch", order).orderBy("seq", order).limit(limit).execute();
}

function endOf(db: Kysely<JournalTables>, order: "asc" | "desc"): Promise<RowKey | undefined> {
  return db
    .selectFrom("events")
    .select(["at", "epoch", "seq"])
    .orderBy("at", order)
    .orderBy("epoch", order)
    .orderBy("seq", order)
    .limit(1)
    .executeTakeFirst();
}
