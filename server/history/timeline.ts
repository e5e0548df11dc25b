import type { Clock } from "#lib/clock/clock.ts";
import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import { type DogEvent, type FleetEvent, isDogEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { Watch } from "#lib/fleet/watch.ts";
import type { OutageRow } from "#lib/history/derived.ts";
import { assumedSchedule } from "#lib/reconnection/schedule.ts";
import { pastOf } from "#server/fleet/dog-past.ts";
import type { Archive } from "#server/journal/archive.ts";
import { fromRow, type RowKey } from "#server/journal/journal-store.ts";
import { toOutageRecord } from "./exports.ts";
import type { DogPast, Range } from "./fleet-history.ts";
import { createSlice, type Slice } from "./slices.ts";

export const PAGE_ROWS = 1_000;
/** A day of a dog that drops every few seconds. */
const MOST_EVENTS = 20_000;
/** Of before the window: they tell what the dog was when it began. */
export const MOST_EARLIER = 200;
const MOST_WATCH_EVENTS = 20_000;
const MOST_OUTAGES = 500;

export interface TimelineSources {
  readonly archive: Pick<Archive, "events" | "outages">;
  readonly clock: Clock;
  readonly options: FleetOptions;
  /** Of a window, the newest ones are folded. */
  readonly mostEvents?: number;
}

/**
 * What a dog went through in a window, folded from its own events; undefined for one nobody had seen by its end. Of a dog that
 * is more restless than what is folded the window is told from the first of its newest events on.
 */
export async function timelineOf(sources: TimelineSources, sn: string, range: Range): Promise<DogPast | undefined> {
  const { archive, clock, options, mostEvents = MOST_EVENTS } = sources;
  const slice = createSlice(clock);
  const { from, events } = await eventsOf(archive, sn, range, { most: MOST_EARLIER + mostEvents, slice });
  const dog = dogOf(events, options);
  if (dog === undefined) return undefined;
  const watch = await watchOf(archive, slice);
  const state = { watchEvents: () => watch.events(), unknownSpans: () => watch.unknownSpans(), options };
  const told = { from, to: range.to };
  const { newest, total } = await newestOutages(archive, sn, told, slice);
  return { ...pastOf({ dog, events, state, ...told }), outages: newest.map(toOutageRecord), outages_total: total };
}

/** A dog's events of a window and some of before, without a hole between, and where the window begins that they tell. */
async function eventsOf(
  archive: Pick<Archive, "events">,
  sn: string,
  { from, to }: Range,
  { most, slice }: { readonly most: number; readonly slice: Slice },
): Promise<{ readonly from: number; readonly events: readonly DogEvent[] }> {
  // The instant the window ends at is in it: what just happened is.
  const within = (await newestEvents(archive, { sn, from, to: to + 1 }, most, slice)).filter(isDogEvent);
  if (within.length === most) return { from: within[MOST_EARLIER]?.at ?? from, events: within };
  const earlier = (await newestEvents(archive, { sn, to: from }, MOST_EARLIER, slice)).filter(isDogEvent);
  return { from, events: [...earlier, ...within] };
}

/** The last of a dog's events of a window (of everybody's that are no dog's, for null), oldest first. */
export async function newestEvents(
  archive: Pick<Archive, "events">,
  query: { readonly sn: string | null; readonly from?: number; readonly to?: number },
  most: number,
  slice: Slice,
): Promise<readonly FleetEvent[]> {
  const events: FleetEvent[] = [];
  for (let after: RowKey | undefined; events.length < most; ) {
    const limit = Math.min(PAGE_ROWS, most - events.length);
    const rows = await archive.events({ ...query, order: "desc", limit, ...(after ? { after } : {}) });
    for (const row of rows) events.push(fromRow(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) break;
    after = { at: last.at, epoch: last.epoch, seq: last.seq };
    await slice();
  }
  return events.reverse();
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
export function loginBefore(first: DogEvent): DogEvent {
  const { v, epoch, at, sn } = first;
  const session = "session" in first && first.session !== null ? first.session : `${epoch}.0`;
  const identity = { appId: "", remoteAddress: "", network: null, firmware: null, client: null, labels: {} };
  const login = { type: "dog.connected", session, ...identity, schedule: assumedSchedule(), outage: null } as const;
  return { ...login, v, epoch, seq: 0, at, sn };
}

/** Who watched when, from the events that are no dog's: few, and all of them, since the runs of gateways hang together. */
export async function watchOf(archive: Pick<Archive, "events">, slice: Slice): Promise<Watch> {
  const watch = new Watch();
  for (const event of await newestEvents(archive, { sn: null }, MOST_WATCH_EVENTS, slice)) watch.ingest(event);
  return watch;
}

/** The last outages begun in the window, newest first, and how many there were. */
async function newestOutages(
  archive: Pick<Archive, "outages">,
  sn: string,
  { from, to }: Range,
  slice: Slice,
): Promise<{ readonly newest: readonly OutageRow[]; readonly total: number }> {
  let newest: OutageRow[] = [];
  let total = 0;
  for (let after: { readonly startedAt: number; readonly sn: string } | undefined; ; ) {
    const rows = await archive.outages({ sn, from, to, limit: PAGE_ROWS, ...(after ? { after } : {}) });
    newest = [...newest, ...rows].slice(-MOST_OUTAGES);
    total += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return { newest: newest.reverse(), total };
    after = { startedAt: last.startedAt, sn: last.sn };
    await slice();
  }
}
