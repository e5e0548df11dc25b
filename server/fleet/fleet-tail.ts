import type { Clock } from "#lib/clock/clock.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { type FleetOptions, fleetOptions } from "#lib/fleet/fleet-options.ts";
import type { FleetState } from "#lib/fleet/fleet-state.ts";
import type { Derived } from "#lib/history/derived.ts";
import { Historian } from "#lib/history/historian.ts";
import type { Journal } from "#server/journal/journal.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import { createFeed, type Feed } from "./feed.ts";
import { recoveryOf } from "./feed-event.ts";
import { FleetFold, type FoldHead, type FoldShard } from "./fleet-fold.ts";
import type { FleetChange } from "./fleet-reader.ts";
import type { HourHistory } from "./hour-history.ts";
import { createNoteBoard, type LiveNotes } from "./live-notes.ts";
import { Roster } from "./roster.ts";

/** Between two wake-ups for derived changes: browsers are told four times a second at most. */
const WAKE_MS = 100;
/** Dogs filed anew at a time, some 5 ms: a wave of 100,000 that change in one instant must not hold the loop. */
const MOST_AT_ONCE = 2_000;
/** The same before each event, so that a burst of them is no wave either. */
const MOST_PER_EVENT = 50;
/** Events kept for the listeners of one turn; the feed shows 20. */
const MOST_EVENTS = 100;
/**
 * Between two credits of the time that passed, and so much more for each key: each is a row for the store to merge. What happens
 * is told with the commit of its events; a start credits what was not credited yet.
 */
const CREDIT_EVERY_MS = 1_000;
const CREDIT_MS_PER_KEY = 1;

/** The fold with what hangs on it, kept at the journal's end. */
export interface FleetTail {
  readonly state: FleetState;
  readonly roster: Roster;
  readonly history: HourHistory;
  readonly feed: Feed;
  /** Rises with everything that may change an answer. */
  readonly version: () => number;
  /** Brings derived state up to the clock. Returns the instant everything is as of. */
  catchUp(): number;
  /** What the fold derived since it was asked last; null where there is nothing, or a wave is under way. */
  derive(): Derived | null;
  /** How much of it waits to be asked for. */
  readonly historian: Pick<Historian, "sizes">;
  /** Reads the journal, then follows it. Call once. */
  start(): Promise<void>;
  onEvent(listener: (event: FleetEvent) => void): () => void;
  onChange(listener: (change: FleetChange) => void): () => void;
  /** Outages and flaps as they happen, those that time made included; nothing of a replay. Returns the unsubscribe. */
  onNote(notes: LiveNotes): () => void;
  close(): void;
}

export interface TailDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly options?: Partial<FleetOptions>;
  readonly snapshots?: FleetSnapshots | undefined;
  /** Through which instant earlier runs told what they derived (epoch ms): what is folded up to it is not told again. */
  readonly toldThrough?: number | null;
  /** Through which instant they credited dog-time; by default the same. */
  readonly creditedThrough?: number | null;
}

/** A fold as it was stored, to be taken over in parts. */
export interface FleetSnapshot {
  /** The last event in it. */
  readonly through: RowKey;
  readonly head: FoldHead;
  readonly shards: AsyncIterable<FoldShard>;
}

/** Where a start finds the fold it goes on from. */
export interface FleetSnapshots {
  /** Null where there is none to go on from: everything is folded anew. */
  newest(): Promise<FleetSnapshot | null>;
}

function createNotifier() {
  const eventListeners = new Set<(event: FleetEvent) => void>();
  const changeListeners = new Set<(change: FleetChange) => void>();
  let touched = new Set<string>();
  let events: FleetEvent[] = [];
  let eventCount = 0;
  let waiting = false;

  function flush(): void {
    waiting = false;
    const change: FleetChange = { touched, events, eventCount };
    touched = new Set();
    events = [];
    eventCount = 0;
    for (const listener of changeListeners) listener(change);
  }
  function later(): void {
    if (waiting) return;
    waiting = true;
    queueMicrotask(flush);
  }
  const subscribeTo =
    <T>(listeners: Set<T>) =>
    (listener: T) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    };
  return {
    onEvent: subscribeTo(eventListeners),
    onChange: subscribeTo(changeListeners),
    touch(sns: readonly string[]) {
      if (sns.length === 0) return;
      for (const sn of sns) touched.add(sn);
      later();
    },
    event(event: FleetEvent) {
      events.push(event);
      if (events.length >= 2 * MOST_EVENTS) events = events.slice(-MOST_EVENTS);
      eventCount++;
      later();
      for (const listener of eventListeners) listener(event);
    },
  };
}

export function createFleetTail(deps: TailDeps): FleetTail {
  const { journal, clock, options: given = {}, snapshots, toldThrough = null } = deps;
  const options = fleetOptions(given);
  const historian = new Historian({ isMuted: toldThrough !== null || snapshots !== undefined });
  const board = createNoteBoard(historian.listener, () => live);
  const fold = new FleetFold(options, board.listener);
  const { state, history } = fold;
  const roster = new Roster();
  const feed = createFeed(journal, options, (sn) => state.get(sn));
  const notifier = createNotifier();
  let changes = 0;
  let cancelWake: (() => void) | null = null;
  let wakesAt = Number.POSITIVE_INFINITY;
  let unsubscribe = () => {};
  let live = false;
  /** Folded without telling up to here. */
  let mutedTo: number | null = toldThrough;
  let creditedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  function file(sns: readonly string[]): readonly string[] {
    for (const sn of sns) {
      const entry = state.entry(sn);
      if (entry) roster.file(entry);
    }
    if (sns.length > 0) changes++;
    return sns;
  }
  function advance(to: number, most: number): void {
    const sns = file(fold.advance(to, live ? most : Number.POSITIVE_INFINITY));
    if (live) notifier.touch(sns);
  }

  function ingest(event: FleetEvent): void {
    if (state.hasFolded(event)) return;
    if (mutedTo !== null && event.at > mutedTo) beginTelling();
    advance(event.at, MOST_PER_EVENT);
    const sn = "sn" in event ? event.sn : undefined;
    const before: Dog | undefined = sn === undefined ? undefined : state.get(sn);
    const sns = file(fold.ingest(event));
    const after = sn === undefined ? undefined : state.get(sn);
    feed.push({ event, recovery: recoveryOf(event, before, after), dog: after ?? null });
    changes++;
    if (!live) return;
    notifier.touch(sns);
    notifier.event(event);
    wake();
  }

  function wake(): void {
    const next = state.nextChangeAt() ?? Number.POSITIVE_INFINITY;
    if (next >= wakesAt && cancelWake !== null) return;
    cancelWake?.();
    cancelWake = null;
    wakesAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    const delayMs = state.isBehind ? 0 : Math.max(WAKE_MS, next - clock.now());
    cancelWake = clock.schedule(delayMs, () => {
      cancelWake = null;
      wakesAt = Number.POSITIVE_INFINITY;
      catchUp();
    });
  }
  function catchUp(): number {
    advance(clock.now(), MOST_AT_ONCE);
    // The last commit asks once more what is derived: nothing may wake what is closed.
    if (live && !isClosed) wake();
    return state.now;
  }

  /** Earlier runs told everything up to `mutedTo`: from there on this one does. */
  function beginTelling(): void {
    if (mutedTo === null) return;
    const from = Math.max(mutedTo, state.now);
    mutedTo = null;
    if (from > state.now) advance(from, Number.POSITIVE_INFINITY);
    historian.resume(from, state, Math.min(from, deps.creditedThrough ?? from));
  }

  function derive(): Derived | null {
    if (!live) return null;
    const now = catchUp();
    if (state.isBehind) return null;
    const everyMs = CREDIT_EVERY_MS + CREDIT_MS_PER_KEY * historian.sizes().keys;
    if (!isClosed && clock.monotonic() - creditedAt < everyMs) return historian.take(now, Number.NEGATIVE_INFINITY);
    creditedAt = clock.monotonic();
    return historian.take(now);
  }

  /** Takes over the newest snapshot. Returns the key of the last event in it; null where there is none. */
  async function restore(): Promise<RowKey | null> {
    const snapshot = (await snapshots?.newest()) ?? null;
    if (snapshot === null) return null;
    fold.restoreHead(snapshot.head);
    for await (const shard of snapshot.shards) fold.restoreShard(shard);
    file(Array.from(state.dogs(), ({ sn }) => sn));
    feed.beginLate();
    return snapshot.through;
  }

  return {
    state,
    roster,
    history,
    feed,
    version: () => changes,
    catchUp,
    derive,
    historian,
    async start() {
      const waiting: FleetEvent[] = [];
      unsubscribe = journal.subscribe((event) => {
        if (live) ingest(event);
        else waiting.push(event);
      });
      const after = await restore();
      // Nothing was told yet, as far as the store knows: telling begins where the fold does.
      mutedTo ??= after === null ? Number.NEGATIVE_INFINITY : state.now;
      await journal.replay((events) => {
        for (const event of events) ingest(event);
      }, after);
      for (const event of waiting) ingest(event);
      beginTelling();
      live = true;
      catchUp();
    },
    onEvent: notifier.onEvent,
    onChange: notifier.onChange,
    onNote: board.onNote,
    close() {
      isClosed = true;
      unsubscribe();
      cancelWake?.();
      cancelWake = null;
    },
  };
}
