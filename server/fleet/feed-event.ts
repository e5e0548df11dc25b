import type { FeedEvent } from "#lib/contracts/fleet.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { iso } from "./dog-row.ts";

/** What a login or `dog.stable` ended, as the fold knew it at that moment. */
export interface Recovery {
  readonly dials: number;
  readonly outageMs: number;
}

/** An event with what only its moment knew. */
export interface FeedItem {
  readonly event: FleetEvent;
  readonly recovery: Recovery | null;
  readonly dog: Pick<Dog, "labels" | "network" | "gateway" | "appId"> | null;
}

/** The outage a login or `dog.stable` ended, from the dog before and after it. Null for every other event. */
export function recoveryOf(event: FleetEvent, before: Dog | undefined, after: Dog | undefined): Recovery | null {
  const outage = event.type === "dog.connected" ? after?.outage : event.type === "dog.stable" ? before?.outage : null;
  if (!outage || outage.loginAt === null || outage.dials === null) return null;
  if (event.type === "dog.connected" && outage.loginAt !== event.at) return null;
  return { dials: outage.dials, outageMs: outage.loginAt - outage.startedAt };
}

/** Stable name of an event; also the cursor that lists what came before it. */
export function eventId({ at, epoch, seq }: FleetEvent): string {
  return `${at}.${epoch}.${seq}`;
}

const NOTHING: Omit<FeedEvent, "id" | "at" | "type"> = {
  client_id: null,
  session: null,
  reason_code: null,
  reason_raw: null,
  close_code: null,
  initiator: null,
  session_ms: null,
  last_heard_at: null,
  rtt_ms: null,
  network: null,
  remote_address: null,
  app_id: null,
  site: null,
  gateway: null,
  ticket: null,
  batch: null,
  actor: null,
  note: null,
  failure: null,
  count: null,
  dials: null,
  outage_ms: null,
};

/** The fields each type of event has; the rest stay null. */
function ownFields(event: FleetEvent): Partial<FeedEvent> {
  switch (event.type) {
    case "dog.connected":
      return {
        session: event.session,
        network: event.network,
        remote_address: event.remoteAddress,
        app_id: event.appId,
        site: event.labels.site ?? null,
      };
    case "dog.stable":
    case "dog.heard":
      return { session: event.session };
    case "dog.silent":
      return { session: event.session, last_heard_at: iso(event.lastHeardAt) };
    case "dog.disconnected":
      return {
        session: event.session,
        reason_code: event.reason,
        reason_raw: event.raw,
        close_code: event.closeCode,
        initiator: event.initiator,
        session_ms: event.sessionMs,
        last_heard_at: iso(event.lastHeardAt),
        rtt_ms: event.rttMs,
      };
    case "dog.attempt_failed":
      return { session: event.session, reason_code: event.reason, reason_raw: event.raw, count: event.count };
    case "dog.retired":
      return { actor: event.actor, note: event.note };
    case "force.requested":
      return { ticket: event.ticket, batch: event.batch, actor: event.actor, note: event.note };
    case "force.started":
    case "force.closing":
    case "force.armed":
    case "force.dialed":
    case "force.authenticated":
    case "force.stable":
    case "force.cancelled":
      return { ticket: event.ticket };
    case "force.failed":
      return { ticket: event.ticket, failure: event.code, reason_raw: event.detail };
    case "force.batch":
      return { batch: event.batch, actor: event.actor, note: event.note, count: event.total };
    case "force.batch_stopped":
      return { batch: event.batch, actor: event.actor };
    case "record.cleaned":
      return { actor: event.actor };
    case "policy.changed":
      return {};
    case "gateway.started":
    case "gateway.stopped":
    case "gateway.lost":
      return { gateway: event.gateway };
    case "journal.gap":
      return { count: event.dropped };
  }
}

/** One line of the feed and of a dog's log. */
export function toFeedEvent({ event, recovery, dog }: FeedItem): FeedEvent {
  return {
    ...NOTHING,
    id: eventId(event),
    at: iso(event.at),
    type: event.type,
    client_id: "sn" in event ? event.sn : null,
    ...(dog ? { site: dog.labels.site ?? null, network: dog.network, gateway: dog.gateway, app_id: dog.appId } : {}),
    ...ownFields(event),
    dials: recovery?.dials ?? null,
    outage_ms: recovery?.outageMs ?? null,
  };
}
