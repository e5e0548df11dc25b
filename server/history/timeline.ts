import type { Clock } from "#lib/clock/clock.ts";
import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import { type DogEvent, type FleetEvent, isDogEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { Watch } from "#lib/fleet/watch.ts";
import type { OutageRow } from "#lib/history/derived.ts";
import { DAY_MS, HOUR_MS } from "#lib/history/rollup.ts";
import { assumedSchedule } from "#lib/reconnection/schedule.ts";
import { pastOf } from "#server/fleet/dog-past.ts";
import type { Archive } from "#server/journal/archive.ts";
import { fromRow, type RowKey } from "#server/journal/journal-store.ts";
import { toOutageRecord } from "./exports.ts";
import type { DogPast, Range } from "./fleet-history.ts";
import { createSlice, type Slice } from "./slices.ts";

const PAGE_ROWS = 1_000;
/** The newest events of a window that are folded: a day of a dog that drops every few seconds. */
const MOST_EVENTS = 20_000;
/** Of before the window: they tell what the dog was when it began. */
const MOST_EARLIER = 200;
const MOST_WATCH_EVENTS = 20_000;
const MOST_OUTAGES = 500;
/** How far back of the window its dog's last login is looked for, one stretch after the other. */
const LOOK_BACK_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS, 31 * DAY_MS, 366 * DAY_MS, Number.POSITIVE_INFINITY];

export interface TimelineSources {
  readonly archive: Pick<Archive, "events" | "outages">;
  readonly clock: Clock;
  readonly options: FleetOptions;
}

/** What a dog went through in a window, folded from its own events; undefined for one nobody had seen by its end. */
export async function timelineOf(sources: TimelineSources, sn: string, range: Range): Promise<DogPast | undefined> {
  const { archive, clock, options } = sources;
  const slice = createSlice(clock);
  // The instant the window ends at is in it: what just happened is.
  const within = await newestEvents(archive, { sn, from: range.from, to: range.to + 1 }, MOST_EVENTS, slice);
  const events = [...(await earlierEvents(archive, sn, range.from, slice)), ...within].filter(isDogEvent);
  const dog = dogOf(events, options);
  if (dog === undefined) return undefined;
  const watch = await watchOf(archive, slice);
  const state = { watchEvents: () => watch.events(), unknownSpans: () => watch.unknownSpans(), options };
  return {
    ...pastOf({ dog, events, state, ...range }),
    outages: (await newestOutages(archive, sn, range, slice)).map(toOutageRecord),
  };
}

/** The last of a dog's events of a window (of everybody's that are no dog's, for null), oldest first. */
async function newestEvents(
  archive: Pick<Archive, "events">,
  query: { readonly sn: string | null; readonly from?: number; readonly to?: number },
  most: number,
  slice: Slice,
): Promise<readonly FleetEvent[]> {
  let events: FleetEvent[] = [];
  for (let after: RowKey | undefined; ; ) {
    const rows = await archive.events({ ...query, limit: PAGE_ROWS, ...(after ? { after } : {}) });
    for (const row of rows) events.push(fromRow(row));
    if (events.length > 2 * most) events = events.slice(-most);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return events.slice(-most);
    after = { at: last.at, epoch: last.epoch, seq: last.seq };
    await slice();
  }
}

/** The dog's events before the window, back to a login at least. */
async function earlierEvents(
  archive: Pick<Archive, "events">,
  sn: string,
  before: number,
  slice: Slice,
): Promise<readonly FleetEvent[]> {
  let found: readonly FleetEvent[] = [];
  let to = before;
  for (const backMs of LOOK_BACK_MS) {
    const from = Math.max(0, before - backMs);
    found = [...(await newestEvents(archive, { sn, from, to }, MOST_EARLIER, slice)), ...found];
    if (from === 0 || found.some(({ type }) => type === "dog.connected")) break;
    to = from;
  }
  return found.slice(-MOST_EARLIER);
}

/** The dog as its events leave it. Where no login of it is kept any more, what its first event tells. */
function dogOf(events: readonly DogEvent[], options: FleetOptions): Dog | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const fold = (dog: Dog | undefined, event: DogEvent) => applyDog(dog, event, { gateway: null, options });
  const isTold = events.some(({ type }) => type === "dog.connected");
  return events.reduce(fold, isTold ? undefined : fold(undefined, loginBefore(first)));
}

/** A login that is not kept any more. */
function loginBefore(first: DogEvent): DogEvent {
  const { v, epoch, at, sn } = first;
  const session = "session" in first && first.session !== null ? first.session : `${epoch}.0`;
  const identity = { appId: "", remoteAddress: "", network: null, firmware: null, client: null, labels: {} };
  const login = { type: "dog.connected", session, ...identity, schedule: assumedSchedule(), outage: null } as const;
  return { ...login, v, epoch, seq: 0, at, sn };
}

/** Who watched when, from the events that are no dog's: few, and all of them, since the runs of gateways hang together. */
async function watchOf(archive: Pick<Archive, "events">, slice: Slice): Promise<Watch> {
  const watch = new Watch();
  for (const event of await newestEvents(archive, { sn: null }, MOST_WATCH_EVENTS, slice)) watch.ingest(event);
  return watch;
}

/** The last outages begun in the window, newest first. */
async function newestOutages(
  archive: Pick<Archive, "outages">,
  sn: string,
  { from, to }: Range,
  slice: Slice,
): Promise<readonly OutageRow[]> {
  let newest: OutageRow[] = [];
  for (let after: { readonly startedAt: number; readonly sn: string } | undefined; ; ) {
    const rows = await archive.outages({ sn, from, to, limit: PAGE_ROWS, ...(after ? { after } : {}) });
    newest = [...newest, ...rows].slice(-MOST_OUTAGES);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return newest.reverse();
    after = { startedAt: last.startedAt, sn: last.sn };
    await slice();
  }
}
