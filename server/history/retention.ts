import type { Clock } from "#lib/clock/clock.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { HistoryLog } from "./history-log.ts";
import { isFirst } from "./snapshots.ts";

/** What is kept, in ms and bytes; null keeps everything. */
export interface RetentionPolicy {
  /** Events, and the snapshots time travel starts from. */
  readonly ageMs: number | null;
  /** The oldest events go while the database is larger than this: all but those of the last day. */
  readonly bytes: number | null;
  /** Rollups of a minute. */
  readonly minutesMs: number;
  /** Rollups of an hour, outages and dog days. */
  readonly hoursMs: number;
}

type Snapshot = Omit<SnapshotHead, "body">;

/** Rows deleted in one transaction, and the pause after it: the writer's commits go between. */
const BATCH = 500;
const PAUSE_MS = 25;
/** By size a day's share of events goes at a time, at most. */
const STEP_MS = 86_400_000;
/** By size none younger goes: a day to look back at is kept, and the database is larger then. */
const FLOOR_MS = 86_400_000;
const MOSTLY_DERIVED =
  "rollups and outages (`derived`) take more than half of RETENTION_SIZE, which deletes events only; raise it, or lower RETENTION_MINUTES";
const NOTHING_LEFT =
  "the database is larger than RETENTION_SIZE, and of its events only the last day is left; raise it, or lower RETENTION_MINUTES and RETENTION_HOURS";

export interface RetentionDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly policy: RetentionPolicy;
  readonly log: HistoryLog;
  /** True once no more is to be begun. */
  readonly isEnding?: () => boolean;
}

/**
 * Deletes what the policy does not keep: events only before a whole snapshot, which stays as the new horizon, and no dog's
 * newest one; by size none of the last day. Snapshots before the horizon go first: what is left of their events is then of no use, and whenever this is
 * cut short the rest goes the next time.
 */
export async function retain({ archive, clock, policy, log, isEnding = () => false }: RetentionDeps): Promise<void> {
  const pause = () => new Promise<void>((resolve) => void clock.schedule(PAUSE_MS, resolve));

  async function inBatches(drop: () => Promise<number>): Promise<number> {
    let all = 0;
    while (!isEnding()) {
      const dropped = await drop();
      all += dropped;
      if (dropped === 0) break;
      await pause();
    }
    return all;
  }

  async function cutAt(horizon: Snapshot, snapshots: readonly Snapshot[]): Promise<void> {
    if (!isFirst(horizon.through)) await archive.putHorizon(horizon.through);
    for (const { id, at } of snapshots) if (at < horizon.at && !isEnding()) await archive.dropSnapshot(id);
    const events = await inBatches(() => archive.dropEvents(horizon.through, BATCH));
    if (events > 0) log.info({ events, horizon: horizon.at }, "history: old events were deleted");
  }

  const own = async () => (await archive.snapshots()).filter(({ foldVersion }) => foldVersion === FOLD_VERSION);

  async function byAge(): Promise<void> {
    if (policy.ageMs === null) return;
    const before = clock.now() - policy.ageMs;
    const snapshots = await own();
    const horizon = snapshots.findLast(({ at }) => at <= before);
    if (horizon !== undefined) await cutAt(horizon, snapshots);
  }

  async function bySize(): Promise<void> {
    const { bytes: most } = policy;
    if (most === null) return;
    let bytes = await archive.bytes();
    if (bytes <= most) return;
    const derived = await archive.derivedBytes();
    if (derived > most / 2) log.warn({ bytes, derived, most }, `history: ${MOSTLY_DERIVED}`);
    for (; bytes > most && !isEnding(); bytes = await archive.bytes()) {
      const snapshots = await own();
      const old = snapshots.filter(({ at }) => at <= clock.now() - FLOOR_MS);
      const [oldest, second] = old;
      if (oldest === undefined || second === undefined) {
        log.warn({ bytes, derived, most }, `history: ${NOTHING_LEFT}`);
        return;
      }
      // A tenth of the time kept, so that little more goes than has to.
      const span = (snapshots.at(-1)?.at ?? oldest.at) - oldest.at;
      const step = oldest.at + Math.min(STEP_MS, span / 10);
      await cutAt(old.findLast(({ at }) => at > oldest.at && at <= step) ?? second, snapshots);
    }
  }

  await byAge();
  await bySize();
  const now = clock.now();
  const minutes = { size: MINUTE_MS, before: now - policy.minutesMs, limit: BATCH } as const;
  const hours = { size: HOUR_MS, outages: true, before: now - policy.hoursMs, limit: BATCH } as const;
  await inBatches(() => archive.dropDerived(minutes));
  await inBatches(() => archive.dropDerived(hours));
}
