import type { Clock } from "#lib/clock/clock.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQuery } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { viewDog } from "#lib/fleet/view.ts";
import { iso, toDogRow } from "#server/fleet/dog-row.ts";
import type { FoldedFleet } from "#server/fleet/fleet-fold.ts";
import type { Scope } from "#server/fleet/fleet-reader.ts";
import { type SummarySettings, slowPartsOf, summarise } from "#server/fleet/fleet-summary.ts";
import { createListing, type Listing } from "#server/fleet/listing.ts";
import { Roster } from "#server/fleet/roster.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import { advanceTo, foldEvents } from "./fold-events.ts";
import { createSlice } from "./slices.ts";
import { restoreFold } from "./snapshots.ts";

/** Moments held for whoever looks at them, and the dogs they may hold together (a dog takes some 2 KB). */
const MOST_HELD = 8;
const MOST_HELD_DOGS = 40_000;
const HELD_MS = 120_000;
/** Events a jump folds at most: more lie behind a snapshot only until the first ones are made. */
const MOST_FOLDED = 250_000;
const FILED_AT_ONCE = 1_000;

/** The fleet at one instant of the past. */
export interface Moment extends FoldedFleet {
  readonly at: number;
}

export interface Moments {
  /** Rejects with `before_horizon` where nothing reaches back so far. */
  at(at: number): Promise<Moment>;
  summaryAt(at: number): Promise<FleetSummary>;
  pageAt(at: number, query: DogQuery, scope: Scope): Promise<DogPage>;
  /** Earliest instant there is an answer for; null where nothing is stored. */
  earliest(): Promise<number | null>;
  /** Lets go of those nobody has looked at for two minutes. */
  forget(): void;
  /** How many are held. */
  readonly held: () => number;
}

export interface MomentsDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly options: FleetOptions;
  readonly settings: SummarySettings;
}

interface Held extends Moment {
  /** The last event in it. */
  readonly through: RowKey;
  readonly listing: Listing;
  usedAt: number;
}

export function createMoments({ archive, clock, options, settings }: MomentsDeps): Moments {
  const held = new Map<number, Held>();
  const making = new Map<number, Promise<Held>>();
  /** One fold is made at a time: each holds a whole fleet, and many instants may be asked for at once. */
  let lastMade: Promise<unknown> = Promise.resolve();

  async function make(at: number): Promise<Held> {
    const snapshot = await archive.snapshot(FOLD_VERSION, at);
    if (snapshot === null) throw await beyond(at);
    await assertNear(snapshot, at);
    const moment = await foldTo(at, snapshot).catch((error: unknown) => error);
    // Retention may have taken it, and the events after it, from under us.
    const isThere = (await archive.snapshot(FOLD_VERSION, at))?.id === snapshot.id;
    if (!isThere) return make(at);
    if (moment instanceof Error) throw moment;
    return moment as Held;
  }

  async function foldTo(at: number, snapshot: SnapshotHead): Promise<Held> {
    const slice = createSlice(clock);
    const fold = await restoreFold(archive, snapshot, options, slice);
    const { through } = await foldEvents(archive, fold, { after: snapshot.through, to: at + 1 }, slice);
    await advanceTo(fold, at, slice);
    const { state, history } = fold;
    const roster = new Roster();
    for (const [index, dog] of [...state.dogs()].entries()) {
      const entry = state.entry(dog.sn);
      if (entry) roster.file(entry);
      if (index % FILED_AT_ONCE === 0) await slice();
    }
    const context = { now: at, stableAfterMs: options.stableAfterMs, duplicate: false };
    const listing = createListing({
      roster,
      clock,
      catchUp: () => at,
      toRow: (dog) => toDogRow(dog, viewDog(dog, at, options), context),
      moment: at,
    });
    return { at, state, history, roster, through, listing, usedAt: clock.monotonic() };
  }

  async function assertNear({ through }: SnapshotHead, at: number): Promise<void> {
    if ((await archive.countEvents(through, at, MOST_FOLDED)) < MOST_FOLDED) return;
    throw new AppError("history_unavailable", "the first snapshots are being made; try again later", {
      retryAfterS: 10,
    });
  }

  async function beyond(at: number): Promise<AppError> {
    const earliest = await earliestOf();
    if (earliest !== null && at >= earliest) {
      return new AppError("history_unavailable", "the first snapshot is being made; try again", { retryAfterS: 5 });
    }
    const message = earliest === null ? "nothing is stored yet" : `nothing is stored before ${iso(earliest)}`;
    return new AppError("before_horizon", message, { earliest });
  }

  async function earliestOf(): Promise<number | null> {
    const oldest = await archive.oldestSnapshot(FOLD_VERSION);
    return oldest?.at ?? (await archive.horizon())?.at ?? (await archive.bounds())?.oldest.at ?? null;
  }

  /** A moment that was made before all its events were committed is made again. */
  async function isWhole({ through, at }: Held): Promise<boolean> {
    return (await archive.countEvents(through, at, 1)) === 0;
  }

  function forget(): void {
    const oldest = clock.monotonic() - HELD_MS;
    for (const { at, usedAt } of held.values()) if (usedAt <= oldest) held.delete(at);
  }

  function keep(moment: Held): void {
    forget();
    held.delete(moment.at);
    held.set(moment.at, moment);
    let dogs = 0;
    for (const { roster } of held.values()) dogs += roster.size;
    for (const other of held.values()) {
      if ((held.size <= MOST_HELD && dogs <= MOST_HELD_DOGS) || other === moment) break;
      held.delete(other.at);
      dogs -= other.roster.size;
    }
  }

  async function find(at: number): Promise<Held> {
    const known = held.get(at);
    const moment = known !== undefined && (await isWhole(known)) ? known : await made(at);
    moment.usedAt = clock.monotonic();
    keep(moment);
    return moment;
  }

  /** Those who ask for one instant at once share one fold. */
  function made(at: number): Promise<Held> {
    const running = making.get(at);
    if (running !== undefined) return running;
    const promise = lastMade.then(() => make(at)).finally(() => making.delete(at));
    lastMade = promise.catch(() => {});
    making.set(at, promise);
    return promise;
  }

  return {
    at: find,
    async summaryAt(at) {
      const tail = await find(at);
      return summarise({ tail, health: null, settings, slow: slowPartsOf(tail, at) }, at);
    },
    async pageAt(at, query, scope) {
      const { listing } = await find(at);
      return listing.page(query, scope);
    },
    earliest: earliestOf,
    forget,
    held: () => held.size,
  };
}
