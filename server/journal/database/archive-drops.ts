import { type Kysely, sql } from "kysely";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { DAY_MS, GROUPINGS, type RollupSize } from "#lib/history/rollup.ts";
import type { Archive } from "../archive.ts";
import type { RowKey } from "../journal-store.ts";
import { isAfter, isBefore } from "./event-reads.ts";
import type { JournalTables } from "./schema.ts";

/** Rows deleted in one transaction: some milliseconds, for the writer of events waits for each of them. */
const ROWS_AT_ONCE = 200;
/** Events looked at in one read: most of a large old fleet are its dogs' newest, and stay. */
const LOOKED_AT = 2_000;

/**
 * Kept whatever their age, since the state of dogs rests on them for as long as one is known: which runs ended, what was lost,
 * cleaned or pushed. Some a day among millions.
 */
const FRAME_TYPES = [
  "gateway.started",
  "gateway.stopped",
  "gateway.lost",
  "journal.gap",
  "record.cleaned",
  "policy.changed",
] as const satisfies readonly FleetEvent["type"][];

/** What retention allows is deleted in slices: found by reads, which hold up nobody, removed in short transactions. */
export function createDrops(db: Kysely<JournalTables>): Pick<Archive, "dropEvents" | "dropDerived"> {
  /** Everything up to here was looked at in this pass; kept events are not looked at again until the next one. */
  let passed: RowKey | null = null;
  return {
    async dropEvents(before, limit) {
      for (;;) {
        const page = await eventsToDrop(db, passed, before, Math.min(limit, LOOKED_AT));
        const last = page.at(-1);
        if (!last) {
          passed = null;
          return 0;
        }
        const deletable = page.filter((row) => row.superseded);
        await deleteEvents(db, deletable);
        passed = { at: last.at, epoch: last.epoch, seq: last.seq };
        if (deletable.length > 0) return deletable.length;
      }
    },
    async dropDerived({ size, outages = false, before, limit }) {
      let dropped = size === undefined ? 0 : await dropRollups(db, size, before, limit);
      if (!outages) return dropped;
      dropped += await inSlices(limit, (rows) => dropOutages(db, before, rows));
      dropped += await inSlices(limit, (rows) => dropDogDays(db, before - DAY_MS, rows));
      return dropped;
    },
  };
}

/** The next events in canonical order; `superseded` where nobody's state rests on it: its dog has a newer one, or it is a batch. */
async function eventsToDrop(db: Kysely<JournalTables>, after: RowKey | null, before: RowKey, limit: number) {
  let query = db
    .selectFrom("events")
    .select(["at", "epoch", "seq"])
    .select(
      sql<number>`CASE WHEN type IN (${sql.join(FRAME_TYPES)}) THEN 0 WHEN sn IS NULL OR EXISTS (SELECT 1 FROM events AS newer WHERE newer.sn = events.sn
        AND (newer.at, newer.epoch, newer.seq) > (events.at, events.epoch, events.seq)) THEN 1 ELSE 0 END`.as(
        "superseded",
      ),
    )
    .where(isBefore(before));
  if (after) query = query.where(isAfter(after));
  const rows = await query.orderBy("at").orderBy("epoch").orderBy("seq").limit(limit).execute();
  return rows.map(({ superseded, ...key }) => ({ ...key, superseded: superseded === 1 }));
}

async function deleteEvents(db: Kysely<JournalTables>, keys: readonly RowKey[]): Promise<void> {
  for (let from = 0; from < keys.length; from += ROWS_AT_ONCE) {
    const slice = keys.slice(from, from + ROWS_AT_ONCE);
    for (const [epoch, of] of Map.groupBy(slice, (key) => key.epoch)) {
      const seqs = of.map((key) => key.seq);
      await db.deleteFrom("events").where("epoch", "=", epoch).where("seq", "in", seqs).execute();
    }
  }
}

/** Whole buckets only, at most `limit` rows. */
async function dropRollups(
  db: Kysely<JournalTables>,
  size: RollupSize,
  before: number,
  limit: number,
): Promise<number> {
  let dropped = 0;
  for (const by of GROUPINGS) {
    dropped += await inSlices(limit - dropped, async (rows) => {
      const old = await db
        .selectFrom("rollups")
        .select(["at", "key"])
        .where("size", "=", size)
        .where("by", "=", by)
        .where("at", "<=", before - size)
        .orderBy("at")
        .orderBy("key")
        .limit(rows)
        .execute();
      const last = old.at(-1);
      if (!last) return 0;
      const { numDeletedRows } = await db
        .deleteFrom("rollups")
        .where("size", "=", size)
        .where("by", "=", by)
        .where(sql<boolean>`(at, key) <= (${last.at}, ${last.key})`)
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
  }
  return dropped;
}

async function dropOutages(db: Kysely<JournalTables>, before: number, rows: number): Promise<number> {
  const old = await db
    .selectFrom("outages")
    .select(["started_at", "sn"])
    .where("started_at", "<", before)
    .where("ended_at", "<", before)
    .orderBy("started_at")
    .orderBy("sn")
    .limit(rows)
    .execute();
  const [first, last] = [old[0], old.at(-1)];
  if (!first || !last) return 0;
  const { numDeletedRows } = await db
    .deleteFrom("outages")
    .where("started_at", ">=", first.started_at)
    .where(sql<boolean>`(started_at, sn) <= (${last.started_at}, ${last.sn})`)
    .where("ended_at", "<", before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function dropDogDays(db: Kysely<JournalTables>, before: number, rows: number): Promise<number> {
  const old = await db
    .selectFrom("dog_days")
    .select(["day", "sn"])
    .where("day", "<=", before)
    .orderBy("day")
    .orderBy("sn")
    .limit(rows)
    .execute();
  const last = old.at(-1);
  if (!last) return 0;
  const { numDeletedRows } = await db
    .deleteFrom("dog_days")
    .where(sql<boolean>`(day, sn) <= (${last.day}, ${last.sn})`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Repeats a slice until `limit` rows are gone or none is left. */
async function inSlices(limit: number, drop: (rows: number) => Promise<number>): Promise<number> {
  let dropped = 0;
  while (dropped < limit) {
    const count = await drop(Math.min(ROWS_AT_ONCE, limit - dropped));
    dropped += count;
    if (count === 0) break;
  }
  return dropped;
}
