import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import type { FoldHead, FoldShard } from "#server/fleet/fleet-fold.ts";
import type { FleetSnapshot, FleetSnapshots } from "#server/fleet/fleet-tail.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { HistoryLog } from "./history-log.ts";
import type { Ask } from "./questions.ts";
import { decodePart } from "./snapshot-codec.ts";

/** The feed's thousand come with the tail: a start that went on right before its end would show an empty one. */
const LEAST_TAIL = 1_000;
const LATEST = Number.MAX_SAFE_INTEGER;

/** A head as it goes to the thread that starts; its shards are asked for one by one. */
export type BootSnapshot = Pick<SnapshotHead, "id" | "at" | "through" | "shards" | "dogs" | "body">;

/**
 * The newest snapshot a start may go on from: none later than what the live fold has told (its facts would be lost), and one
 * with a tail behind it where there are several.
 */
export async function bootSnapshot(archive: Archive, toldThrough: number | null): Promise<BootSnapshot | null> {
  const newest = await archive.snapshot(FOLD_VERSION, toldThrough);
  if (newest === null) return null;
  const tail = await archive.countEvents(newest.through, LATEST, LEAST_TAIL);
  const before = tail < LEAST_TAIL ? await archive.snapshot(FOLD_VERSION, newest.at - 1) : null;
  const { id, at, through, shards, dogs, body } = before ?? newest;
  return { id, at, through, shards, dogs, body };
}

/** Where the live fold finds the snapshot it goes on from. A past that does not answer costs the time of a full replay, no more. */
export function bootSnapshots(ask: Ask, toldThrough: number | null, log: HistoryLog): FleetSnapshots {
  return {
    async newest(): Promise<FleetSnapshot | null> {
      try {
        const snapshot = await ask("bootSnapshot", toldThrough);
        if (snapshot === null) return null;
        // All of it, before the first is taken over: half a snapshot is none.
        const parts: Uint8Array[] = [];
        for (let shard = 0; shard < snapshot.shards; shard++) parts.push(await ask("shard", snapshot.id, shard));
        const head = decodePart<FoldHead>(snapshot.body);
        return { through: snapshot.through, head, shards: decoded(parts) };
      } catch (error) {
        log.warn({ err: error }, "history: no snapshot to start from; the whole journal is read");
        return null;
      }
    },
  };
}

async function* decoded(parts: readonly Uint8Array[]): AsyncIterable<FoldShard> {
  for (const part of parts) yield decodePart<FoldShard>(part);
}
