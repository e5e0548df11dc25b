import type { Kysely } from "kysely";
import type { Archive, SnapshotHead } from "../archive.ts";
import type { JournalTables } from "./schema.ts";

type Snapshots = Pick<
  Archive,
  "snapshot" | "oldestSnapshot" | "snapshots" | "dropSnapshot" | "shard" | "putShard" | "putSnapshot" | "dropSnapshots"
>;

/** Shards deleted in one transaction, some 100 kB each. */
const SHARDS_AT_ONCE = 8;
const HEAD_COLUMNS = [
  "id",
  "at",
  "through_at",
  "through_epoch",
  "through_seq",
  "fold_version",
  "dogs",
  "shards",
  "bytes",
] as const;

/** Snapshots: shards first, one by one, the head last; removed the other way round, so that no head tells of shards it lacks. */
export function createSnapshots(db: Kysely<JournalTables>): Snapshots {
  /** The one this archive is writing: it has no head yet, and is not left over. */
  let unfinished: string | undefined;

  async function dropShards(snapshot: string): Promise<void> {
    for (;;) {
      const shards = await db
        .selectFrom("snapshot_shards")
        .select("shard")
        .where("snapshot", "=", snapshot)
        .orderBy("shard")
        .limit(SHARDS_AT_ONCE)
        .execute();
      const last = shards.at(-1);
      if (!last) return;
      await db
        .deleteFrom("snapshot_shards")
        .where("snapshot", "=", snapshot)
        .where("shard", "<=", last.shard)
        .execute();
    }
  }

  return {
    async snapshot(foldVersion, at) {
      let query = db.selectFrom("snapshots").selectAll().where("fold_version", "=", foldVersion);
      if (at !== null) query = query.where("at", "<=", at);
      const row = await query.orderBy("at", "desc").limit(1).executeTakeFirst();
      return row ? headOf(row) : null;
    },
    async oldestSnapshot(foldVersion) {
      const query = db.selectFrom("snapshots").selectAll().where("fold_version", "=", foldVersion);
      const row = await query.orderBy("at").limit(1).executeTakeFirst();
      return row ? headOf(row) : null;
    },
    async snapshots() {
      const rows = await db.selectFrom("snapshots").select(HEAD_COLUMNS).orderBy("at").orderBy("id").execute();
      return rows.map(headOf);
    },
    async dropSnapshot(id) {
      await db.deleteFrom("snapshots").where("id", "=", id).execute();
      await dropShards(id);
    },
    async shard(snapshot, shard) {
      const row = await db
        .selectFrom("snapshot_shards")
        .select("body")
        .where("snapshot", "=", snapshot)
        .where("shard", "=", shard)
        .executeTakeFirst();
      if (!row) throw new Error(`shard ${shard} of the snapshot ${snapshot} is not stored`);
      return row.body;
    },
    async putShard(snapshot, shard, body) {
      unfinished = snapshot;
      await db
        .insertInto("snapshot_shards")
        .values({ snapshot, shard, body })
        .onConflict((conflict) => conflict.columns(["snapshot", "shard"]).doUpdateSet({ body }))
        .execute();
    },
    async putSnapshot(head) {
      await db
        .insertInto("snapshots")
        .values(recordOf(head))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
      if (unfinished === head.id) unfinished = undefined;
    },
    async dropSnapshots(olderThan) {
      const old = await db
        .selectFrom("snapshots as s")
        .select("s.id")
        .where("s.at", "<", olderThan)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom("snapshots as newer")
              .select("newer.id")
              .whereRef("newer.fold_version", "=", "s.fold_version")
              .whereRef("newer.at", ">", "s.at")
              .where("newer.at", "<", olderThan),
          ),
        )
        .execute();
      for (const { id } of old) await db.deleteFrom("snapshots").where("id", "=", id).execute();
      const leftOver = await db
        .selectFrom("snapshot_shards")
        .select("snapshot")
        .distinct()
        .where("snapshot", "not in", (query) => query.selectFrom("snapshots").select("id"))
        .execute();
      for (const { snapshot } of leftOver) if (snapshot !== unfinished) await dropShards(snapshot);
      return old.length;
    },
  };
}

function recordOf({ through, foldVersion: fold_version, ...head }: SnapshotHead): JournalTables["snapshots"] {
  const { at: through_at, epoch: through_epoch, seq: through_seq } = through;
  return { ...head, fold_version, through_at, through_epoch, through_seq };
}

function headOf<Body>(record: Omit<JournalTables["snapshots"], "body"> & Body) {
  const { fold_version: foldVersion, through_at: at, through_epoch: epoch, through_seq: seq, ...head } = record;
  return { ...head, foldVersion, through: { at, epoch, seq } };
}
