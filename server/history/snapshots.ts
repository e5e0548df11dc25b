import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { FleetFold, type FoldHead, type FoldShard } from "#server/fleet/fleet-fold.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import type { Slice } from "./slices.ts";
import { decodePart, encodePart } from "./snapshot-codec.ts";

/** Dogs, or tickets, of one shard. */
const SHARD = 1_000;

/** Stores the fold as it is: shard by shard, then the head, by which others see it. Nobody may move the fold meanwhile. */
export async function storeSnapshot(
  archive: Archive,
  fold: FleetFold,
  through: RowKey,
  slice: Slice,
): Promise<SnapshotHead> {
  const id = `${FOLD_VERSION}.${through.at}.${through.epoch}.${through.seq}`;
  let shards = 0;
  let bytes = 0;
  let dogs = 0;
  for (const shard of shardsOf(fold)) {
    const body = encodePart(shard);
    await archive.putShard(id, shards++, body);
    bytes += body.byteLength;
    dogs += shard.dogs.length;
    await slice();
  }
  const body = encodePart(fold.head());
  bytes += body.byteLength;
  const head = { id, at: fold.state.now, through, foldVersion: FOLD_VERSION, dogs, shards, bytes, body };
  await archive.putSnapshot(head);
  return head;
}

/** A fold of its own from a stored snapshot. */
export async function restoreFold(
  archive: Archive,
  snapshot: SnapshotHead,
  options: FleetOptions,
  slice: Slice,
): Promise<FleetFold> {
  const fold = new FleetFold(options);
  fold.restoreHead(decodePart<FoldHead>(snapshot.body));
  for (let shard = 0; shard < snapshot.shards; shard++) {
    fold.restoreShard(decodePart<FoldShard>(await archive.shard(snapshot.id, shard)));
    await slice();
  }
  return fold;
}

/** The key before every event of a journal that is whole. */
export function isFirst({ epoch, seq }: RowKey): boolean {
  return epoch === "" && seq === 0;
}

function* shardsOf({ state }: FleetFold): IterableIterator<FoldShard> {
  for (const dogs of inParts(state.storedDogs())) yield { dogs, tickets: [] };
  for (const tickets of inParts(state.tickets())) yield { dogs: [], tickets };
}

function* inParts<T>(items: Iterable<T>): IterableIterator<T[]> {
  let part: T[] = [];
  for (const item of items) {
    if (part.push(item) < SHARD) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
