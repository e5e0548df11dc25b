import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { Dog, Ticket } from "#lib/fleet/dog.ts";
import { type DogEvent, type FleetEvent, isDogEvent } from "#lib/fleet/event.ts";
import type { FleetState } from "#lib/fleet/fleet-state.ts";
import { percentiles } from "#lib/fleet/histogram.ts";
import { ladderOf } from "#lib/fleet/ladder.ts";
import { applyTicket } from "#lib/fleet/ticket.ts";
import { viewDog } from "#lib/fleet/view.ts";
import { toForceTicket } from "#server/force/ticket-wire.ts";
import type { Journal, JournalRead } from "#server/journal/journal.ts";
import { pastOf } from "./dog-past.ts";
import { iso } from "./dog-row.ts";
import type { LiveSockets } from "./fleet-reader.ts";

const WINDOW_MS = 86_400_000;
/** Folded in the loop that holds the sockets: of a dog that is more restless the thread of the past tells the whole day. */
const MOST_EVENTS = 2_000;
/** Events from before the window: they tell what the dog was when it began. */
const MOST_EARLIER = 50;
const MOST_TICKETS = 50;
const MOST_RTT = 120;
const GOOD_MS = 1_000;

export interface DetailSources {
  readonly dog: Dog;
  readonly row: DogRow;
  readonly now: number;
  readonly state: FleetState;
  readonly journal: Journal;
  readonly live: LiveSockets;
}

function scheduleOf({ schedule }: Dog): DogDetail["schedule"] {
  return {
    kind: schedule.kind,
    source: schedule.source,
    max_retries: schedule.maxRetries,
    base_delay_ms: schedule.baseDelayMs,
    max_delay_ms: schedule.maxDelayMs,
    first_delay_ms: [...schedule.firstDelayMs],
    jitter: schedule.jitter,
    dial_timeout_ms: schedule.dialTimeoutMs,
    probe_ms: schedule.probeMs,
  };
}

/** The tickets of one dog from its events, oldest first; newest first on return. */
function ticketsOf(events: readonly FleetEvent[]): readonly Ticket[] {
  const tickets = new Map<string, Ticket>();
  for (const event of events) {
    if (!("ticket" in event)) continue;
    const ticket = applyTicket(tickets.get(event.ticket), event);
    if (ticket) tickets.set(ticket.id, ticket);
  }
  return [...tickets.values()].reverse().slice(0, MOST_TICKETS);
}

function rttOf(live: LiveSockets, sn: string): Pick<DogDetail, "rtt" | "rtt_summary" | "live_sockets"> {
  const rtt = live.rttOf(sn).slice(-MOST_RTT);
  const [p50 = null, p95 = null] = percentiles(
    rtt.map(({ ms }) => ms),
    0.5,
    0.95,
  );
  return {
    rtt: rtt.map(({ at, ms }) => ({ at: iso(at), ms })),
    rtt_summary: { p50, p95 },
    live_sockets: live.liveSockets(sn),
  };
}

function outageOf({ dog, now, state }: DetailSources): DogDetail["outage"] {
  const { outage } = dog;
  if (!outage) return null;
  const { givesUpAt } = viewDog(dog, now, state.options);
  return {
    started_at: iso(outage.startedAt),
    detected_at: iso(outage.detectedAt),
    reason_code: outage.reason,
    reason_raw: outage.raw,
    close_code: outage.closeCode,
    initiator: outage.initiator,
    ladder: ladderOf(outage, now).map(({ dial, delayMs, from, at, status }) => ({
      dial,
      delay_ms: delayMs,
      from: iso(from),
      at: iso(at),
      status,
    })),
    gives_up_at: givesUpAt ? [iso(givesUpAt[0]), iso(givesUpAt[1])] : null,
  };
}

type Recent = Pick<DogDetail, "timeline" | "stability"> & { readonly events: readonly DogEvent[] };

/** What was told of a dog as it was: an event makes it another one. */
const told = new WeakMap<Dog, { readonly at: number; readonly state: string; readonly recent: Promise<Recent> }>();

/** Whoever asks within a second shares what is folded, unless something happened meanwhile. */
function recentOf(sources: DetailSources): Promise<Recent> {
  const { dog, row, now } = sources;
  const held = told.get(dog);
  if (held?.state === row.state && now - held.at < GOOD_MS) return held.recent;
  const recent = foldRecent(sources);
  told.set(dog, { at: now, state: row.state, recent });
  recent.catch(() => told.delete(dog));
  return recent;
}

/** The dog's events of the last day and what they tell: from the first of the newest on, where there are too many. */
async function foldRecent({ dog, now, state, journal }: DetailSources): Promise<Recent> {
  const { sn } = dog;
  const since = now - WINDOW_MS;
  const most = MOST_EARLIER + MOST_EVENTS;
  const ownEvents = async (query: Pick<JournalRead, "since" | "before" | "limit">) =>
    (await journal.read({ sn, ...query })).filter(isDogEvent).reverse();
  const within = await ownEvents({ since, limit: most });
  const first = within.length < most ? undefined : within[MOST_EARLIER];
  const before = { at: since, epoch: "", seq: 0 };
  const earlier = first === undefined ? await ownEvents({ before, limit: MOST_EARLIER }) : [];
  const events = [...earlier, ...within];
  return { ...pastOf({ dog, events, state, from: first?.at ?? since, to: now }), events: within };
}

/** One dog's page: its row, its outage with the ladder, its last 24 h as far as the journal reaches. */
export async function detailOf(sources: DetailSources): Promise<DogDetail> {
  const { dog, row, now, state, live } = sources;
  const { timeline, stability, events } = await recentOf(sources);
  return {
    as_of: iso(now),
    row,
    client: dog.client,
    labels: { ...dog.labels },
    remote_address: dog.remoteAddress,
    first_seen_at: iso(dog.firstSeenAt),
    schedule: scheduleOf(dog),
    outage: outageOf(sources),
    timeline,
    stability,
    ...rttOf(live, dog.sn),
    tickets: ticketsOf(events).map((ticket) => toForceTicket(ticket, now, state.options.stableAfterMs)),
  };
}
