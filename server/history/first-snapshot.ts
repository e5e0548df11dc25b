import type { Clock } from "#lib/clock/clock.ts";
import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import { type DogEvent, type FleetEvent, isDogEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { assumedSchedule } from "#lib/reconnection/schedule.ts";
import { FleetFold } from "#server/fleet/fleet-fold.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import { compareKeys, fromRow, type RowKey } from "#server/journal/journal-store.ts";
import { advanceTo } from "./fold-events.ts";
import { createSlice, type Slice } from "./slices.ts";
import { storeSnapshot } from "./snapshots.ts";

const PAGE = 1_000;

export interface FirstDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly options: FleetOptions;
}

/**
 * The snapshot every other is made from: the empty fold before the first event, or, where retention has deleted events, what
 * is left of them up to its horizon gives, every dog that has an event among it. Null for an empty journal.
 */
export async function firstSnapshot({ archive, clock, options }: FirstDeps): Promise<SnapshotHead | null> {
  const bounds = await archive.bounds();
  if (bounds === null) return null;
  const slice = createSlice(clock);
  const fold = new FleetFold(options);
  const horizon = await archive.horizon();
  if (horizon === null) {
    const { at } = bounds.oldest;
    fold.advance(at);
    return storeSnapshot(archive, fold, { at, epoch: "", seq: 0 }, slice);
  }
  const dogs = await dogsWithoutLogin(archive, horizon, options, slice);
  await foldKept(archive, fold, { dogs, horizon }, slice);
  return storeSnapshot(archive, fold, horizon, slice);
}

/** Dogs whose login is not kept any more, as they were before the first event that is; the oldest first. */
async function dogsWithoutLogin(
  archive: Archive,
  horizon: RowKey,
  options: FleetOptions,
  slice: Slice,
): Promise<readonly Dog[]> {
  const dogs: Dog[] = [];
  for (let row = await archive.firstOfNextDog(null); row !== null; row = await archive.firstOfNextDog(row.sn)) {
    const event: FleetEvent = fromRow(row);
    // Well before, so that a drop is no flap.
    const at = Math.min(event.at, horizon.at) - options.stableAfterMs - 1;
    const dog = isDogEvent(event) ? dogBefore(event, at, options) : undefined;
    if (dog !== undefined) dogs.push(dog);
    await slice();
  }
  return dogs.sort((a, b) => a.firstSeenAt - b.firstSeenAt);
}

/** Only a dog that is in is told these. */
const NEED_A_SESSION: ReadonlySet<FleetEvent["type"]> = new Set<FleetEvent["type"]>([
  "dog.stable",
  "dog.silent",
  "dog.heard",
  "dog.disconnected",
  "force.closing",
  "force.authenticated",
  "force.stable",
]);

/** What the first event kept of a dog says of it; undefined where it is a login, which says all itself. */
function dogBefore(first: DogEvent, at: number, options: FleetOptions): Dog | undefined {
  if (first.type === "dog.connected") return undefined;
  const { v, epoch, sn } = first;
  const session = "session" in first && first.session !== null ? first.session : `${epoch}.0`;
  const identity = { appId: "", remoteAddress: "", network: null, firmware: null, client: null, labels: {} };
  const login = { type: "dog.connected", session, ...identity, schedule: assumedSchedule(), outage: null } as const;
  const dog = applyDog(undefined, { ...login, v, epoch, seq: 0, at, sn }, { gateway: null, options });
  return dog === undefined || NEED_A_SESSION.has(first.type) ? dog : { ...dog, session: null, offline: true };
}

/** Folds what is kept up to and with the horizon, each of `dogs` entering at its instant. */
async function foldKept(
  archive: Archive,
  fold: FleetFold,
  { dogs, horizon }: { readonly dogs: readonly Dog[]; readonly horizon: RowKey },
  slice: Slice,
): Promise<void> {
  let entered = 0;
  const moveTo = async (at: number) => {
    for (let dog = dogs[entered]; dog !== undefined && dog.firstSeenAt <= at; dog = dogs[++entered]) {
      await advanceTo(fold, dog.firstSeenAt, slice);
      fold.state.restoreDogs([{ dog, begun: null, gaveUpId: null }]);
    }
    await advanceTo(fold, at, slice);
  };
  for (let after: RowKey | undefined; ; ) {
    const rows = await archive.events({ to: horizon.at + 1, limit: PAGE, ...(after ? { after } : {}) });
    for (const row of rows) {
      if (compareKeys(row, horizon) > 0) break;
      await moveTo(row.at);
      fold.ingest(fromRow(row));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = { at: last.at, epoch: last.epoch, seq: last.seq };
    await slice();
  }
  await moveTo(horizon.at);
}
