import type { Clock } from "#lib/clock/clock.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { outageCounts, viewDog } from "#lib/fleet/view.ts";
import type { Derived } from "#lib/history/derived.ts";
import type { Journal } from "#server/journal/journal.ts";
import { detailOf } from "./dog-detail.ts";
import { toDogRow, toStatus } from "./dog-row.ts";
import { toFeedEvent } from "./feed-event.ts";
import type { FleetReader, LiveSockets } from "./fleet-reader.ts";
import { liveStatsOf } from "./fleet-stats.ts";
import { type SlowParts, type SummarySettings, slowPartsOf, summarise } from "./fleet-summary.ts";
import { createFleetTail, type FleetSnapshots } from "./fleet-tail.ts";
import { createListing } from "./listing.ts";
import type { LiveNotes } from "./live-notes.ts";
import { type Policies, toWire } from "./policy-wire.ts";

export interface ReadModelDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly options?: Partial<FleetOptions>;
  readonly settings: SummarySettings;
  /** What holds until an operator changes it. */
  readonly policies: Policies;
  /** Where a start finds the fold it goes on from. */
  readonly snapshots?: FleetSnapshots | undefined;
  /** Through which instant earlier runs told what they derived (epoch ms); null where none did. */
  readonly toldThrough?: number | null;
  /** Through which instant they credited dog-time; by default the same. */
  readonly creditedThrough?: number | null;
}

/** The fleet's fold, kept at the journal's end and asked as of now. */
export interface ReadModel extends FleetReader {
  /** Reads the journal, then follows it. Call once, before `gateway.started` is appended. */
  start(): Promise<void>;
  /** True where the dog's next login ends an outage: ask before `dog.connected` is appended. */
  endsOutage(sn: string): boolean;
  /** True where the last outage the dog itself told of has this id. */
  hasReported(sn: string, outageId: string): boolean;
  /** Seen before and not retired. */
  isKnown(sn: string): boolean;
  /** Serial numbers of the dogs taken out by an operator. Looks at every dog. */
  retired(): Iterable<string>;
  policies(): Policies;
  /** What the fold derived and the journal is to store with its next commit; null where there is nothing yet. */
  derive(): Derived | null;
  /** From now on rows and details say what the gateway's sockets say. */
  attachLive(live: LiveSockets): void;
  /** Outages and flaps as they happen, for the metrics. Returns the unsubscribe. */
  onNote(notes: LiveNotes): () => void;
  /** Map sizes for the metrics. */
  sizes(): Readonly<Record<string, number>>;
  close(): void;
}

/** What looks at every dog is made anew less often as more are in an outage: every 100 ms at 10,000. */
const STALE_PER_ACTIVE_MS = 0.01;
const STALEST_MS = 1_000;
/** Where nothing has changed, an answer is as good for this long. */
const CACHE_MS = 250;
/** How far a burst may push the stamps of events ahead of the clock. */
const STAMP_MS = 1_000;
const NO_SOCKETS: LiveSockets = { rttOf: () => [], liveSockets: () => 0 };

/** Remembers the last answer per key: 250 ms while nothing changes, `staleMs` whatever changes. */
function createMemo<T>(clock: Clock) {
  const held = new Map<string, { readonly value: T; readonly at: number; readonly version: number }>();
  return (key: string, version: number, staleMs: number, make: () => T): T => {
    const hit = held.get(key);
    const goodMs = hit?.version === version ? Math.max(CACHE_MS, staleMs) : staleMs;
    if (hit && clock.monotonic() - hit.at < goodMs) return hit.value;
    const value = make();
    held.set(key, { value, at: clock.monotonic(), version });
    return value;
  };
}

export function createReadModel(deps: ReadModelDeps): ReadModel {
  const { journal, clock, options: given, settings, policies, snapshots, toldThrough = null } = deps;
  const told = { toldThrough, creditedThrough: deps.creditedThrough ?? toldThrough };
  const tail = createFleetTail({ journal, clock, snapshots, ...told, ...(given ? { options: given } : {}) });
  const { state, roster, feed } = tail;
  const { options } = state;
  let live = NO_SOCKETS;

  const contextAt = (sn: string, now: number) => ({
    now,
    stableAfterMs: options.stableAfterMs,
    duplicate: live.liveSockets(sn) > 1,
  });
  const rowAt = (dog: Dog, now: number) => toDogRow(dog, viewDog(dog, now, options), contextAt(dog.sn, now));
  const listing = createListing({
    roster,
    clock,
    catchUp: tail.catchUp,
    toRow: rowAt,
  });
  const known = (sn: string): Dog | undefined => {
    const dog = state.get(sn);
    return dog?.retired ? undefined : dog;
  };
  const dearMs = () => Math.min(STALEST_MS, roster.count("active") * STALE_PER_ACTIVE_MS);
  const slow = createMemo<SlowParts>(clock);
  const slowParts = (now: number) => slow("slow", tail.version(), dearMs(), () => slowPartsOf(tail, now));
  const summaries = createMemo<FleetSummary>(clock);

  return {
    start: tail.start,
    now: tail.catchUp,
    get: (sn) => state.get(sn),
    isKnown: (sn) => known(sn) !== undefined,
    *retired() {
      for (const dog of state.dogs()) if (dog.retired) yield dog.sn;
    },
    endsOutage(sn) {
      const now = tail.catchUp();
      const dog = known(sn);
      // A login over a session gone silent ends the outage that silence was. The login is stamped a little later than now.
      return dog !== undefined && (outageCounts(dog, now + STAMP_MS, options) || dog.session?.silentSince != null);
    },
    hasReported: (sn, outageId) => state.get(sn)?.reportedId === outageId,
    row(sn) {
      const now = tail.catchUp();
      const dog = state.get(sn);
      return dog && rowAt(dog, now);
    },
    status(sn) {
      const now = tail.catchUp();
      const dog = known(sn);
      return dog && toStatus(dog, viewDog(dog, now, options), now);
    },
    page: listing.page,
    rows: listing.rows,
    matching: (filter) => listing.matching(filter, filter.state ? "all" : "active"),
    forgetPages: listing.forget,
    summary() {
      const now = tail.catchUp();
      return summaries("summary", tail.version(), 0, () =>
        summarise({ tail, health: journal.health(), settings, slow: slowParts(now) }, now),
      );
    },
    liveStats: (from, to) => liveStatsOf(tail, { from, to, now: tail.catchUp() }),
    async detail(sn) {
      const now = tail.catchUp();
      const dog = known(sn);
      return dog && detailOf({ dog, row: rowAt(dog, now), now, state, journal, live });
    },
    feed: (query) => feed.page(query, tail.catchUp()),
    feedEvent: (event) => toFeedEvent(feed.find(event)),
    derive: tail.derive,
    policies: () => state.policy() ?? policies,
    policy: () => toWire(state.policy() ?? policies),
    expired(through) {
      tail.catchUp();
      return state.expired(through);
    },
    ticket: (id) => state.ticket(id),
    openTickets: () => state.openTickets(),
    batch: (id) => state.batch(id),
    onEvent: tail.onEvent,
    onChange: tail.onChange,
    onNote: tail.onNote,
    attachLive(sockets) {
      live = sockets;
    },
    sizes: () => ({
      dogs: state.size,
      active: roster.count("active"),
      open_tickets: state.openTickets().length,
      held_lists: listing.held,
      history_keys: tail.historian.sizes().keys,
      history_waiting: tail.historian.sizes().waiting,
      history_dropped: tail.historian.sizes().dropped,
    }),
    close: tail.close,
  };
}
