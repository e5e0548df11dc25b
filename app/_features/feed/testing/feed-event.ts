import type { FeedEvent, Incident } from "#lib/contracts/fleet.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";

/** A drop of a dog at epoch ms `at`, for tests. */
export function feedEventOf(event: {
  readonly n: number;
  readonly at: number;
  readonly reason_code: ReasonCode;
  readonly site: string | null;
  readonly type?: string;
}): FeedEvent {
  return {
    id: `${event.at}.e.${event.n}`,
    at: new Date(event.at).toISOString(),
    type: event.type ?? "dog.disconnected",
    client_id: `GB-A1-${String(event.n).padStart(4, "0")}`,
    session: null,
    reason_code: event.reason_code,
    reason_raw: null,
    close_code: null,
    initiator: null,
    session_ms: null,
    last_heard_at: null,
    rtt_ms: null,
    network: null,
    remote_address: null,
    app_id: null,
    site: event.site,
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
}

export function incidentOf(incident: {
  readonly since: number;
  readonly within_ms: number;
  readonly name: string;
}): Incident {
  return {
    id: "i1",
    kind: "site",
    name: incident.name,
    lost: 102,
    of: 118,
    out: 102,
    within_ms: incident.within_ms,
    since: new Date(incident.since).toISOString(),
    reason_code: "network_timeout",
    gives_up_from: null,
  };
}
