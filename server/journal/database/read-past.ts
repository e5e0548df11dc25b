import type { Kysely } from "kysely";
import type { PreviousRun, StoredPast } from "../journal-store.ts";
import type { JournalTables } from "./schema.ts";

/** What the database knows of the runs before. */
export async function readPast(db: Kysely<JournalTables>): Promise<StoredPast> {
  const alive = await db.selectFrom("alive").selectAll().orderBy("run", "desc").limit(1).executeTakeFirst();
  const latest = await db.selectFrom("events").select("at").orderBy("at", "desc").limit(1).executeTakeFirst();
  const previous: PreviousRun | null = alive
    ? { epoch: alive.epoch, aliveUntil: alive.at, clean: alive.clean === 1 }
    : null;
  const told = await db
    .selectFrom("alive")
    .select(["told_through", "credited_through"])
    .where("told_through", "is not", null)
    .orderBy("run", "desc")
    .limit(1)
    .executeTakeFirst();
  return {
    previous,
    latestAt: latest?.at ?? 0,
    toldThrough: told?.told_through ?? null,
    creditedThrough: told?.credited_through ?? null,
  };
}
