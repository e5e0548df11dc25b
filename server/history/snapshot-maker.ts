import type { Clock } from "#lib/clock/clock.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import type { FleetFold } from "#server/fleet/fleet-fold.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import { compareKeys } from "#server/journal/journal-store.ts";
import { firstSnapshot } from "./first-snapshot.ts";
import { foldEvents } from "./fold-events.ts";
import type { HistoryLog } from "./history-log.ts";
import { createSlice } from "./slices.ts";
import { isFirst, restoreFold, storeSnapshot } from "./snapshots.ts";

/** Events between two snapshots: what a jump folds at most. In a large fleet a quarter of its dogs. */
const EVERY_EVENTS = 5_000;
const EVERY_SHARE = 0.25;
/** A quiet fleet has one each so often all the same: a start then folds minutes, not weeks. */
const EVERY_MS = 900_000;
/** However quiet, no two are further apart: retention cuts at them. */
const APART_MS = 86_400_000;
/** A fold of up to so many dogs, some 40 MB, is kept for the next snapshot; a larger one is restored each time. */
const RESIDENT_DOGS = 20_000;
const LATEST = Number.MAX_SAFE_INTEGER;

export interface MakerDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly options: FleetOptions;
  readonly log: HistoryLog;
  readonly everyEvents?: number;
  /** True once no more is to be begun. */
  readonly isEnding?: () => boolean;
}

export interface SnapshotMaker {
  /** Makes every snapshot that is due. One call at a time. */
  run(): Promise<void>;
  /** The first of all, where there is none yet: asked for at any time. Null for an empty journal. */
  first(): Promise<SnapshotHead | null>;
}

/** Keeps snapshots up with the journal: each from the one before and the events since; a long journal has them made along the way. */
export function createSnapshotMaker(deps: MakerDeps): SnapshotMaker {
  const { archive, clock, options, log, everyEvents, isEnding = () => false } = deps;
  const slice = createSlice(clock);
  let resident: { readonly id: string; readonly fold: FleetFold } | undefined;
  let beginning: Promise<SnapshotHead | null> | undefined;
  /** Snapshots of older versions, to leave once ours have caught up; undefined before the first look. */
  let outdated: readonly string[] | undefined;

  const everyOf = ({ dogs }: { readonly dogs: number }) =>
    Math.max(everyEvents ?? EVERY_EVENTS, Math.floor(dogs * EVERY_SHARE));

  function first(): Promise<SnapshotHead | null> {
    beginning ??= firstSnapshot({ archive, clock, options }).finally(() => {
      beginning = undefined;
    });
    return beginning;
  }

  async function isDue(newest: SnapshotHead): Promise<boolean> {
    const every = everyOf(newest);
    const count = await archive.countEvents(newest.through, LATEST, every);
    return count >= every || (count > 0 && clock.now() - newest.at >= EVERY_MS);
  }

  async function next(newest: SnapshotHead): Promise<SnapshotHead> {
    const fold = resident?.id === newest.id ? resident.fold : await restoreFold(archive, newest, options, slice);
    resident = undefined;
    const { through } = await foldEvents(archive, fold, { after: newest.through, most: everyOf(newest) }, slice);
    const made = await storeSnapshot(archive, fold, through, slice);
    resident = { id: made.id, fold };
    await thin(newest, made);
    return made;
  }

  /** A snapshot that only time had made is one too many once those beside it lie no further apart than two need to. */
  async function thin(between: SnapshotHead, newest: SnapshotHead): Promise<void> {
    if (isFirst(between.through)) return;
    const before = await archive.snapshot(FOLD_VERSION, between.at - 1);
    if (before === null || compareKeys(before.through, between.through) >= 0) return;
    if (newest.at - before.at > APART_MS) return;
    const every = everyOf(newest);
    const count = await archive.countEvents(before.through, newest.at, every + 1);
    if (count <= every) await archive.dropSnapshot(between.id);
  }

  /** What a start finds: shards left over by a kill go, and what is not read is told. */
  async function look(): Promise<readonly string[]> {
    await archive.dropSnapshots(0);
    const others = (await archive.snapshots()).filter(({ foldVersion }) => foldVersion !== FOLD_VERSION);
    if (others.length > 0) {
      const versions = [...new Set(others.map(({ foldVersion }) => foldVersion))];
      log.warn(
        { snapshots: others.length, versions, reads: FOLD_VERSION },
        "history: snapshots of another version are not read; the fleet is folded anew",
      );
    }
    return others.filter(({ foldVersion }) => foldVersion < FOLD_VERSION).map(({ id }) => id);
  }

  return {
    first,
    async run() {
      outdated ??= await look();
      let newest = (await archive.snapshot(FOLD_VERSION, null)) ?? (await first());
      let made = 0;
      for (; newest !== null && !isEnding() && (await isDue(newest)); made++) {
        newest = await next(newest);
        if (made % 200 === 199) log.info({ made, at: newest.at }, "history: snapshots catch up with the journal");
      }
      if (newest !== null && newest.dogs > RESIDENT_DOGS) resident = undefined;
      if (isEnding()) return;
      for (const id of outdated) await archive.dropSnapshot(id);
      outdated = [];
    },
  };
}
