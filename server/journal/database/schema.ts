import { type Kysely, type QueryExecutorProvider, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { OutageOutcome } from "#lib/fleet/outage-note.ts";
import type { OutageRow } from "#lib/history/derived.ts";
import type { Grouping, RollupSize } from "#lib/history/rollup.ts";
import type { Category, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { EventRow, RowKey } from "../journal-store.ts";
import { addColumnOnce, blobType, type Dialect, textType } from "./dialect.ts";

/** Portable on purpose: epoch-ms integers (numbers in JS), text, bytes. */
export interface JournalTables {
  readonly events: EventRow;
  readonly alive: {
    readonly epoch: string;
    readonly gateway: string;
    /** Order of the runs: 1, 2, 3 ... */
    readonly run: number;
    readonly at: number;
    readonly clean: number;
    /** `Commit.number` of the newest commit of this epoch: what was derived for it, and for those before, is stored. */
    readonly commit_number: number;
    readonly told_through: number | null;
    readonly credited_through: number | null;
  };
  /** One row per outage, key (sn, started_at). */
  readonly outages: {
    readonly sn: string;
    readonly started_at: number;
    readonly detected_at: number;
    readonly reason: ReasonCode;
    readonly category: Category;
    readonly network: string | null;
    readonly app: string;
    readonly firmware: string | null;
    readonly site: string | null;
    readonly gateway: string | null;
    readonly ended_at: number | null;
    readonly outcome: OutageOutcome | null;
    readonly dials: number | null;
    readonly source: OutageRow["source"];
  };
  /** One row per bucket and group, key (size, by, at, key). */
  readonly rollups: {
    readonly size: RollupSize;
    readonly by: Grouping;
    readonly at: number;
    readonly key: string;
    /** As `encodeRollup` writes it. */
    readonly body: string;
  };
  /** One row per UTC day and dog that had an outage or a flap, key (day, sn). */
  readonly dog_days: {
    readonly day: number;
    readonly sn: string;
    readonly outages: number;
    readonly gave_up: number;
    readonly recovered: number;
    readonly recover_ms: number;
    readonly flaps: number;
  };
  /** Whole snapshots only: written after the last of its shards. */
  readonly snapshots: {
    readonly id: string;
    readonly at: number;
    readonly through_at: number;
    readonly through_epoch: string;
    readonly through_seq: number;
    readonly fold_version: number;
    readonly dogs: number;
    readonly shards: number;
    readonly bytes: number;
    readonly body: Uint8Array;
  };
  /** At most one row: through this key retention has deleted events. */
  readonly horizon: RowKey & { readonly id: number };
  /** Key (snapshot, shard). */
  readonly snapshot_shards: {
    readonly snapshot: string;
    readonly shard: number;
    readonly body: Uint8Array;
  };
}

/** Each step bears being run again: earlier versions ran them outside a transaction, and may have been killed in their midst. */
function migrations(dialect: Dialect): Record<string, Migration> {
  const text = textType(dialect);
  const blob = blobType(dialect);
  return {
    "001-events-and-alive": {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable("events")
          .ifNotExists()
          .addColumn("epoch", text, (column) => column.notNull())
          .addColumn("seq", "bigint", (column) => column.notNull())
          .addColumn("at", "bigint", (column) => column.notNull())
          .addColumn("v", "integer", (column) => column.notNull())
          .addColumn("sn", text)
          .addColumn("type", text, (column) => column.notNull())
          .addColumn("body", text, (column) => column.notNull())
          .addPrimaryKeyConstraint("events_key", ["epoch", "seq"])
          .execute();
        await db.schema
          .createIndex("events_order")
          .ifNotExists()
          .on("events")
          .columns(["at", "epoch", "seq"])
          .execute();
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
          .addColumn("epoch", text, (column) => column.primaryKey())
          .addColumn("gateway", text, (column) => column.notNull())
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
    "003-history": {
      async up(db: Kysely<unknown>) {
        await addColumnOnce(db, dialect, "alive", "commit_number", "bigint NOT NULL DEFAULT 0");
        await addColumnOnce(db, dialect, "alive", "told_through", "bigint");
        await addColumnOnce(db, dialect, "alive", "credited_through", "bigint");
        await db.schema
          .createTable("outages")
          .ifNotExists()
          .addColumn("sn", text, (column) => column.notNull())
          .addColumn("started_at", "bigint", (column) => column.notNull())
          .addColumn("detected_at", "bigint", (column) => column.notNull())
          .addColumn("reason", text, (column) => column.notNull())
          .addColumn("category", text, (column) => column.notNull())
          .addColumn("network", text)
          .addColumn("app", text, (column) => column.notNull())
          .addColumn("firmware", text)
          .addColumn("site", text)
          .addColumn("gateway", text)
          .addColumn("ended_at", "bigint")
          .addColumn("outcome", text)
          .addColumn("dials", "bigint")
          .addColumn("source", text)
          .addPrimaryKeyConstraint("outages_key", ["sn", "started_at"])
          .execute();
        await db.schema
          .createIndex("outages_by_start")
          .ifNotExists()
          .on("outages")
          .columns(["started_at", "sn"])
          .execute();
        // A dog's timeline needs the starts, gaps and cleanups beside its own events: few among millions.
        await db.schema
          .createIndex("events_of_fleet")
          .ifNotExists()
          .on("events")
          .columns(["at"])
          .where(sql.ref("sn"), "is", null)
          .execute();
        await db.schema
          .createTable("rollups")
          .ifNotExists()
          .addColumn("size", "integer", (column) => column.notNull())
          .addColumn("by", text, (column) => column.notNull())
          .addColumn("at", "bigint", (column) => column.notNull())
          .addColumn("key", text, (column) => column.notNull())
          .addColumn("body", text, (column) => column.notNull())
          .addPrimaryKeyConstraint("rollups_key", ["size", "by", "at", "key"])
          .execute();
        await db.schema
          .createTable("dog_days")
          .ifNotExists()
          .addColumn("day", "bigint", (column) => column.notNull())
          .addColumn("sn", text, (column) => column.notNull())
          .addColumn("outages", "bigint", (column) => column.notNull())
          .addColumn("gave_up", "bigint", (column) => column.notNull())
          .addColumn("recovered", "bigint", (column) => column.notNull())
          .addColumn("recover_ms", "bigint", (column) => column.notNull())
          .addColumn("flaps", "bigint", (column) => column.notNull())
          .addPrimaryKeyConstraint("dog_days_key", ["day", "sn"])
          // Small rows read by the month: in the order of their key they are read twice as fast.
          .modifyEnd(sql.raw(dialect === "sqlite" ? "WITHOUT ROWID" : ""))
          .execute();
        await db.schema
          .createTable("snapshots")
          .ifNotExists()
          .addColumn("id", text, (column) => column.primaryKey())
          .addColumn("at", "bigint", (column) => column.notNull())
          .addColumn("through_at", "bigint", (column) => column.notNull())
          .addColumn("through_epoch", text, (column) => column.notNull())
          .addColumn("through_seq", "bigint", (column) => column.notNull())
          .addColumn("fold_version", "integer", (column) => column.notNull())
          .addColumn("dogs", "integer", (column) => column.notNull())
          .addColumn("shards", "integer", (column) => column.notNull())
          .addColumn("bytes", "bigint", (column) => column.notNull())
          .addColumn("body", blob, (column) => column.notNull())
          .execute();
        await db.schema
          .createIndex("snapshots_by_at")
          .ifNotExists()
          .on("snapshots")
          .columns(["fold_version", "at"])
          .execute();
        await db.schema
          .createTable("snapshot_shards")
          .ifNotExists()
          .addColumn("snapshot", text, (column) => column.notNull())
          .addColumn("shard", "integer", (column) => column.notNull())
          .addColumn("body", blob, (column) => column.notNull())
          .addPrimaryKeyConstraint("snapshot_shards_key", ["snapshot", "shard"])
          .execute();
      },
    },
    "004-horizon": {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable("horizon")
          .ifNotExists()
          .addColumn("id", "integer", (column) => column.primaryKey())
          .addColumn("at", "bigint", (column) => column.notNull())
          .addColumn("epoch", text, (column) => column.notNull())
          .addColumn("seq", "bigint", (column) => column.notNull())
          .execute();
        await horizonFromSnapshots(db);
      },
    },
  };
}

/** Versions before the table of it kept the horizon as their oldest snapshot; one with no event in it is the journal's begin. */
export async function horizonFromSnapshots(db: QueryExecutorProvider): Promise<void> {
  await sql`INSERT INTO horizon (id, at, epoch, seq)
    SELECT 1, through_at, through_epoch, through_seq
    FROM (SELECT through_at, through_epoch, through_seq FROM snapshots ORDER BY at LIMIT 1) AS oldest
    WHERE NOT (through_epoch = '' AND through_seq = 0)
    ON CONFLICT (id) DO NOTHING`.execute(db);
}

/** Brings the tables to this version. Throws when the database was written by a newer one. */
export async function migrate(db: Kysely<JournalTables>, dialect: Dialect): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
