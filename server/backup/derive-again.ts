import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { Historian } from "#lib/history/historian.ts";
import { FleetFold, type FoldHead, type FoldShard } from "#server/fleet/fleet-fold.ts";
import { decodePart } from "#server/history/snapshot-codec.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { HotDatabase } from "#server/journal/database/hot-database.ts";
import { compareKeys, fromRow, type RowKey } from "#server/journal/journal-store.ts";
import { BackupError } from "./backup-lines.ts";

/** Events folded between two commits of what they gave. */
const PAGE = 2_000;

export interface Derivation {
  /** What was derived is whole from this instant on (epoch ms): the journal's begin, or its oldest snapshot. */
  readonly from: number;
  readonly events: number;
}

/**
 * Folds the journal again, as the gateway did, and puts what it derives up to `through` into `scratch`, dog-time credited through
 * `credited`. From the oldest
 * snapshot where retention took the events before it; throws a BackupError where there is none.
 */
export async function deriveAgain(
  archive: Archive,
  scratch: HotDatabase,
  options: FleetOptions,
  through: number,
  credited: number,
): Promise<Derivation> {
  const horizon = await beginOf(archive);
  const historian = new Historian({ isMuted: horizon !== null });
  const fold = new FleetFold(options, historian.listener);
  if (horizon) await takeOver(archive, fold, horizon);
  if (horizon) historian.resume(fold.state.now, fold.state);
  let number = 0;
  const keep = async (now: number) => {
    const derived = historian.take(now, Math.min(now, credited));
    const commit = {
      epoch: "rebuilt",
      gateway: "rebuilt",
      rows: [],
      aliveAt: now,
      clean: true,
      number: ++number,
      derived,
    };
    if (derived) await scratch.commit(commit);
  };
  let after: RowKey | null = horizon?.through ?? null;
  let events = 0;
  for (;;) {
    const rows = await archive.events({ ...(after && { after }), to: through + 1, limit: PAGE });
    for (const row of rows) {
      fold.advance(row.at);
      fold.ingest(fromRow(row));
    }
    events += rows.length;
    const last = rows.at(-1);
    if (last) {
      after = { at: last.at, epoch: last.epoch, seq: last.seq };
      await keep(fold.state.now);
    }
    if (rows.length < PAGE) break;
  }
  fold.advance(through);
  await keep(through);
  return { from: horizon?.at ?? 0, events };
}

/** The snapshot retention has left as the journal's begin; null where it has deleted nothing. */
async function beginOf(archive: Archive): Promise<SnapshotHead | null> {
  const horizon = await archive.horizon();
  if (horizon === null) return null;
  const own = (await archive.snapshots()).filter(({ foldVersion }) => foldVersion === FOLD_VERSION);
  const oldest = own.find(({ through }) => compareKeys(through, horizon) >= 0);
  const begin = oldest && (await archive.snapshot(FOLD_VERSION, oldest.at));
  if (begin) return begin;
  throw new BackupError(
    "the oldest events were deleted, and there is no snapshot to go on from: start the gateway once",
  );
}

async function takeOver(archive: Archive, fold: FleetFold, snapshot: SnapshotHead): Promise<void> {
  fold.restoreHead(decodePart<FoldHead>(snapshot.body));
  for (let shard = 0; shard < snapshot.shards; shard++)
    fold.restoreShard(decodePart<FoldShard>(await archive.shard(snapshot.id, shard)));
}
