import { type Kysely, sql } from "kysely";
import type { RowKey } from "../journal-store.ts";
import type { ReadDatabase } from "./hot-database.ts";
import type { JournalTables } from "./schema.ts";

export const EVENT_COLUMNS = ["epoch", "seq", "at", "v", "body"] as const;

/** Events in canonical order, or newest first: both by index. */
export function createEventReads(db: Kysely<JournalTables>): Pick<ReadDatabase, "page" | "read"> {
  return {
    page(after, limit) {
      let query = db.selectFrom("events").select(EVENT_COLUMNS).orderBy("at").orderBy("epoch").orderBy("seq");
      if (after) query = query.where(isAfter(after));
      return query.limit(limit).execute();
    },
    read({ sn, before, since, limit }) {
      let query = db.selectFrom("events").select(EVENT_COLUMNS);
      if (sn !== undefined) query = query.where("sn", "=", sn);
      if (since !== undefined) query = query.where("at", ">=", since);
      if (before) query = query.where(isBefore(before));
      return query.orderBy("at", "desc").orderBy("epoch", "desc").orderBy("seq", "desc").limit(limit).execute();
    },
  };
}

/** Canonical order as a row comparison: both databases take its first column from the index. */
export function isAfter({ at, epoch, seq }: RowKey) {
  return sql<boolean>`(at, epoch, seq) > (${at}, ${epoch}, ${seq})`;
}

export function isBefore({ at, epoch, seq }: RowKey) {
  return sql<boolean>`(at, epoch, seq) < (${at}, ${epoch}, ${seq})`;
}
