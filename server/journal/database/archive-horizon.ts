import { type Kysely, sql } from "kysely";
import type { Archive } from "../archive.ts";
import type { JournalTables } from "./schema.ts";

const ONLY = 1;

/** What retention has left of the journal, and of each dog in it: one row, and one event a dog. */
export function createHorizon(db: Kysely<JournalTables>): Pick<Archive, "horizon" | "putHorizon" | "firstOfNextDog"> {
  return {
    async horizon() {
      const row = await db
        .selectFrom("horizon")
        .select(["at", "epoch", "seq"])
        .where("id", "=", ONLY)
        .executeTakeFirst();
      return row ?? null;
    },
    async putHorizon({ at, epoch, seq }) {
      await db
        .insertInto("horizon")
        .values({ id: ONLY, at, epoch, seq })
        .onConflict((conflict) =>
          conflict
            .column("id")
            .doUpdateSet({ at, epoch, seq })
            .where(sql<boolean>`(horizon.at, horizon.epoch, horizon.seq) < (${at}, ${epoch}, ${seq})`),
        )
        .execute();
    },
    async firstOfNextDog(after) {
      const row = await db
        .selectFrom("events")
        .select(["epoch", "seq", "at", "v", "body", "sn"])
        .where("sn", ">", after ?? "")
        .orderBy("sn")
        .orderBy("at")
        .limit(1)
        .executeTakeFirst();
      return row && row.sn !== null ? { ...row, sn: row.sn } : null;
    },
  };
}
