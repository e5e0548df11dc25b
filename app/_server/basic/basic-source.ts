import "server-only";
import type { Clock } from "#lib/clock/clock.ts";
import type { CleanupResult, DogRow, ReconnectionStatus } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetSource, InstantWanted, ListWanted } from "../fleet-source.ts";
import type { Upstream } from "../upstream.ts";
import { createBasicForce } from "./basic-force.ts";
import { createBasicLists } from "./basic-list.ts";
import { createBasicPoll, type Snapshot } from "./basic-poll.ts";
import { toBasicRow, toInstant } from "./basic-row.ts";
import { basicStream } from "./basic-stream.ts";
import { basicDetail, basicSummary } from "./basic-summary.ts";
import { createBasicTickets } from "./basic-tickets.ts";
import { rowsToCsv } from "./csv.ts";
import { isFields } from "./parse-active.ts";
import { type BasicRecord, readRecord } from "./parse-record.ts";

const MOST_WATCHED_A_POLL = 20;

export interface BasicOptions {
  readonly upstream: Upstream;
  readonly clock: Clock;
}

/** A Go service with only the seed's four endpoints. What it cannot answer is `unsupported_upstream`. */
export function createBasicSource({ upstream, clock }: BasicOptions): FleetSource {
  const poll = createBasicPoll({ upstream, clock });
  const tickets = createBasicTickets(clock);
  const page = createBasicLists(clock);

  const rowOf = (record: BasicRecord, now: number, firstSeenAt: number) =>
    toBasicRow(record, { now, firstSeenAt, ticket: tickets.of(record.sn) });
  const rowsOf = ({ records, firstSeenAt }: Snapshot): DogRow[] =>
    [...records.values()].map((record) => rowOf(record, clock.now(), firstSeenAt.get(record.sn) ?? clock.now()));

  async function status(sn: string): Promise<DogRow> {
    const answer = await upstream.json("/api/reconnection/status", { method: "POST", body: { client_id: sn } });
    const inner = isFields(answer) && isFields(answer.data) ? answer.data : answer;
    const record = readRecord(inner, sn, clock.now());
    if (record === undefined) throw new AppError("upstream_invalid", "the gateway's answer to status names no dog");
    const { firstSeenAt } = await poll.snapshot();
    return rowOf(record, clock.now(), firstSeenAt.get(record.sn) ?? clock.now());
  }

  const list = async ({ at, ...query }: ListWanted) => {
    assertNow(at);
    return page(rowsOf(await poll.snapshot()), query);
  };
  const force = createBasicForce({ upstream, poll, tickets, rows: async () => rowsOf(await poll.snapshot()) });

  const settled = new WeakMap<Snapshot, Promise<void>>();
  /** Asks after dogs that were forced while out and have left `active`, once per snapshot. */
  function settle(snapshot: Snapshot): Promise<void> {
    const begun = settled.get(snapshot);
    if (begun !== undefined) return begun;
    const awaited = tickets.awaited().filter((sn) => snapshot.records.get(sn)?.isConnected !== false);
    const asking = awaited.slice(0, MOST_WATCHED_A_POLL).map(async (sn) => {
      if ((await status(sn)).is_connected) tickets.seenConnected(sn);
    });
    const done = Promise.allSettled(asking).then(() => {});
    settled.set(snapshot, done);
    return done;
  }

  async function cleanup(request: { dry_run?: boolean | undefined }): Promise<CleanupResult> {
    if (request.dry_run) throw unsupported("counting expired records");
    const before = (await poll.snapshot()).records.size;
    const answer = await upstream.json("/api/reconnection/cleanup", { method: "POST", body: {} });
    poll.refresh();
    const removed = isFields(answer) && typeof answer.removed === "number" ? answer.removed : undefined;
    return { removed: removed ?? Math.max(0, before - (await poll.snapshot()).records.size) };
  }

  return {
    status: async (sn) => seedFields(await status(sn)),
    active: list,
    dogs: list,
    activeCsv: async (query) => rowsToCsv((await list({ ...query, limit: Number.MAX_SAFE_INTEGER })).items),
    cleanup,
    force: force.send,
    forceList: async ({ batch, client_id }) => ({
      as_of: toInstant(clock.now()),
      batch: null,
      tickets: batch === undefined ? tickets.list(client_id).slice(0, 200) : [],
    }),
    forceTicket: async (id) => {
      const ticket = tickets.find(id);
      if (ticket === undefined) throw new AppError("not_found", "no such ticket");
      return ticket;
    },
    summary: async (at) => {
      assertNow(at);
      return basicSummary(rowsOf(await poll.snapshot()), clock.now());
    },
    dog: async (sn) => basicDetail(await status(sn), clock.now()),
    stream: async (_lastEventId, signal) => {
      // A service that does not answer has no stream either: the caller tries again.
      await poll.snapshot();
      return basicStream({ poll, tickets, clock, rowsOf, settle, signal });
    },
    stats: async () => refuse("statistics"),
    leastStable: async () => refuse("statistics"),
    horizon: async () => refuse("history"),
    exportFile: async () => refuse("history to export"),
    timeline: async () => refuse("history of a dog"),
    feed: async () => refuse("the event feed"),
    dogEvents: async () => refuse("the event log"),
    stopBatch: async () => refuse("batches"),
    retire: async () => refuse("retiring a dog"),
    policy: async () => refuse("the retry policy"),
    setPolicy: async () => refuse("the retry policy"),
  };
}

const unsupported = (what: string) =>
  new AppError("unsupported_upstream", `this gateway answers the four basic calls only: it has no ${what}`);

function refuse(what: string): never {
  throw unsupported(what);
}

/** What is now is never given out as what was. */
function assertNow(at: InstantWanted): void {
  if (at !== undefined) refuse("history");
}

function seedFields(row: DogRow): ReconnectionStatus {
  return {
    client_id: row.client_id,
    is_connected: row.is_connected,
    reconnection_attempts: row.reconnection_attempts,
    next_retry_time: row.next_retry_time,
    time_until_retry: row.time_until_retry,
    failure_reason: row.failure_reason,
    current_delay: row.current_delay,
  };
}
