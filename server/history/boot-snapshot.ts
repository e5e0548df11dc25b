import type { Clock } from "#lib/clock/clock.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import type { FoldHead, FoldShard } from "#server/fleet/fleet-fold.ts";
import type { FleetSnapshot, FleetSnapshots } from "#server/fleet/fleet-tail.ts";
import type { SnapshotHead } from "#server/journal/archive.ts";
import type { HistoryLog } from "./history-log.ts";
import type { Past } from "./past.ts";
import type { Ask } from "./questions.ts";
import { decodePart } from "./snapshot-codec.ts";

/** The feed's thousand come with the tail: a start that went on right before its end would show an empty one. */
const LEAST_TAIL = 1_000;
const LATEST = Number.MAX_SAFE_INTEGER;

/** A head as it goes to the thread that starts; its shards are asked for one by one. */
export type BootSnapshot = Pick<SnapshotHead, "id" | "at" | "through" | "shards" | "dogs" | "body">;

/**
 * The newest snapshot a start may go on from: none later than what the live fold has told (its facts would be lost), and one
 * with a tail behind it where there are several. Where retention has deleted events and none is of this version, one at the
 * horizon is made: the events that are left do not give the fleet by themselves.
 */
export async function bootSnapshot(
  { archive, maker }: Pick<Past, "archive" | "maker">,
  toldThrough: number,
): Promise<BootSnapshot | null> {
  const newest = (await archive.snapshot(FOLD_VERSION, toldThrough)) ?? (await atHorizon());
  if (newest === null || newest.at > toldThrough) return null;
  const tail = await archive.countEvents(newest.through, LATEST, LEAST_TAIL);
  const before = tail < LEAST_TAIL ? await archive.snapshot(FOLD_VERSION, newest.at - 1) : null;
  const { id, at, through, shards, dogs, body } = before ?? newest;
  return { id, at, through, shards, dogs, body };

  async function atHorizon(): Promise<SnapshotHead | null> {
    const isTouched = (await archive.horizon()) !== null && (await archive.oldestSnapshot(FOLD_VERSION)) === null;
    return isTouched ? maker.first() : null;
  }
}

/** Waits before the past is asked again: long enough for its thread to be back. */
const RETRY_MS = [500, 1_000, 2_000];

/**
 * Where the live fold finds the snapshot it goes on from. A past that does not answer costs the time of a full replay; where
 * retention has deleted events, dogs silent since before are then not known until they come back.
 */
export function bootSnapshots(
  ask: Ask,
  toldThrough: number | null,
  { clock, log }: { readonly clock: Clock; readonly log: HistoryLog },
): FleetSnapshots {
  async function read(through: number): Promise<FleetSnapshot | null> {
    const snapshot = await ask("bootSnapshot", through);
    if (snapshot === null) return null;
    // All of it, before the first is taken over: half a snapshot is none.
    const parts: Uint8Array[] = [];
    for (let shard = 0; shard < snapshot.shards; shard++) parts.push(await ask("shard", snapshot.id, shard));
    const head = decodePart<FoldHead>(snapshot.body);
    return { through: snapshot.through, head, shards: decoded(parts) };
  }
  return {
    async newest() {
      // Nothing was told yet (a journal from before there was anything to tell): that takes every event.
      if (toldThrough === null) return null;
      for (const waitMs of [...RETRY_MS, null]) {
        try {
          return await read(toldThrough);
        } catch (error) {
          const message = "history: no snapshot to start from";
          if (waitMs === null) log.error({ err: error }, `${message}; the whole journal is read`);
          else log.warn({ err: error, retryInMs: waitMs }, `${message}; asked again`);
          if (waitMs !== null) await new Promise<void>((resolve) => void clock.schedule(waitMs, resolve));
        }
      }
      return null;
    },
  };
}

async function* decoded(parts: readonly Uint8Array[]): AsyncIterable<FoldShard> {
  for (const part of parts) yield decodePart<FoldShard>(part);
}
