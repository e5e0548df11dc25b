import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { EventRow } from "../journal-store.ts";

/** Portable on purpose: epoch-ms integers, text, no database's own types. */
export interface JournalTables {
  readonly events: EventRow;
  readonly alive: {
    readonly epoch: string;
    readonly gateway: string;
    /** Order of the runs: 1, 2, 3 ... */
    readonly run: number;
    readonly at: number;
    readonly clean: number;
  };
}

/** kysely runs SQLite's migrations outside a transaction: each step must bear being run again after a kill in its midst. */
const MIGRATIONS: Record<string, Migration> = {
  "001-events-and-alive": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("events")
        .ifNotExists()
        .addColumn("epoch", "text", (column) => column.notNull())
        .addColumn("seq", "bigint", (column) => column.notNull())
        .addColumn("at", "bigint", (column) => column.notNull())
        .addColumn("v", "integer", (column) => column.notNull())
        .addColumn("sn", "text")
        .addColumn("type", "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("events_key", ["epoch", "seq"])
        .execute();
      await db.schema.createIndex("events_order").ifNotExists().on("events").columns(["at", "epoch", "seq"]).execute();
      await db.schema
        .createIndex("events_of_dog")
        .ifNotExists()
        .on("events")
        .columns(["sn", "at", "epoch", "seq"])
        .where("sn", "is not", null)
        .execute();
      await db.schema
        .createTable("alive")
        .ifNotExists()
        .addColumn("epoch", "text", (column) => column.primaryKey())
        .addColumn("gateway", "text", (column) => column.notNull())
        .addColumn("run", "bigint", (column) => column.notNull().unique())
        .addColumn("at", "bigint", (column) => column.notNull())
        .addColumn("clean", "integer", (column) => column.notNull())
        .execute();
    },
  },
  // A storm touches the pages of thousands of dogs in each commit: short index entries halve what it writes.
  "002-short-indexes": {
    async up(db: Kysely<unknown>) {
      await db.schema.dropIndex("events_order").ifExists().execute();
      await db.schema.dropIndex("events_of_dog").ifExists().execute();
      await db.schema.createIndex("events_by_at").ifNotExists().on("events").columns(["at"]).execute();
      await db.schema
        .createIndex("events_by_dog")
        .ifNotExists()
        .on("events")
        .columns(["sn", "at"])
        .where("sn", "is not", null)
        .execute();
    },
  },
};

/** Brings the tables to this version. Throws when the file was written by a newer one. */
export async function migrate(db: Kysely<JournalTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
