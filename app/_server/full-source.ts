import "server-only";
import { dogDetail, dogPage, dogTimeline, retireResult } from "#lib/contracts/dogs.ts";
import { feedPage, fleetStats, fleetSummary, historyHorizon, leastStable } from "#lib/contracts/fleet.ts";
import { policy } from "#lib/contracts/policy.ts";
import {
  cleanupResult,
  forceBatchResult,
  forceList,
  forceResult,
  forceStopResult,
  reconnectionStatus,
} from "#lib/contracts/reconnection.ts";
import { forceTicket } from "#lib/contracts/shared.ts";
import type { ExportFormat, ExportOf, FleetSource } from "./fleet-source.ts";
import type { Upstream } from "./upstream.ts";

const API = "/api/reconnection";
/** What is past may take longer than what is now: a gateway that thinks about a month is not one that is gone. */
const PAST = { timeoutMs: 10_000 } as const;

/** Our gateway: each question is one call, each answer parsed against the contract. */
export function createFullSource(upstream: Upstream): FleetSource {
  const post = (actor: string, body: unknown) => ({ method: "POST", actor, body }) as const;
  return {
    status: (clientId) =>
      upstream.get(reconnectionStatus, `${API}/status`, { method: "POST", body: { client_id: clientId } }),
    active: (query) => upstream.get(dogPage, `${API}/active${toSearch(query)}`, timeOf(query.at)),
    activeCsv: (query, signal) =>
      upstream.stream(`${API}/active.csv${toSearch(query)}`, { accept: "text/csv", signal, ...timeOf(query.at) }),
    cleanup: (request, actor) => upstream.get(cleanupResult, `${API}/cleanup`, post(actor, request)),
    force: (request, actor) =>
      "filter" in request
        ? upstream.get(forceBatchResult, `${API}/force`, post(actor, request))
        : upstream.get(forceResult, `${API}/force`, post(actor, request)),
    forceList: (wanted) => upstream.get(forceList, `${API}/force${toSearch(wanted)}`),
    forceTicket: (ticket) => upstream.get(forceTicket, `${API}/force/${encodeURIComponent(ticket)}`),
    stopBatch: (batch, actor) =>
      upstream.get(forceStopResult, `${API}/force${toSearch({ batch })}`, { method: "DELETE", actor }),
    summary: (at) => upstream.get(fleetSummary, `/api/fleet/summary${toSearch({ at })}`, timeOf(at)),
    stats: (wanted) => upstream.get(fleetStats, `/api/fleet/stats${toSearch(wanted)}`, PAST),
    leastStable: (wanted) => upstream.get(leastStable, `/api/fleet/least-stable${toSearch(wanted)}`, PAST),
    horizon: () => upstream.get(historyHorizon, "/api/fleet/horizon", PAST),
    exportFile: (what, format, wanted, signal) =>
      upstream.stream(`${exportPath(what, format)}${toSearch(wanted)}`, { accept: TYPE_OF[format], signal, ...PAST }),
    feed: (wanted) => upstream.get(feedPage, `/api/fleet/events${toSearch(wanted)}`),
    dogs: (query) => upstream.get(dogPage, `/api/dogs${toSearch(query)}`, timeOf(query.at)),
    dog: (sn) => upstream.get(dogDetail, dogPath(sn)),
    timeline: (sn, wanted) => upstream.get(dogTimeline, `${dogPath(sn)}/timeline${toSearch(wanted)}`, PAST),
    dogEvents: (sn, wanted) => upstream.get(feedPage, `${dogPath(sn)}/events${toSearch(wanted)}`),
    retire: (sn, note, actor) =>
      upstream.get(retireResult, `${dogPath(sn)}/retire`, post(actor, note === undefined ? {} : { note })),
    policy: () => upstream.get(policy, "/api/policy"),
    setPolicy: (next, actor) => upstream.get(policy, "/api/policy", { method: "PUT", actor, body: next }),
    stream: (lastEventId, signal) =>
      upstream.stream("/api/events", { accept: "text/event-stream", lastEventId, signal }),
  };
}

const TYPE_OF = { csv: "text/csv", json: "application/json" } as const satisfies Record<ExportFormat, string>;

const timeOf = (at: unknown) => (at === undefined ? {} : PAST);

function exportPath(what: ExportOf, format: ExportFormat): string {
  return typeof what === "string" ? `/api/fleet/${what}.${format}` : `${dogPath(what.eventsOf)}/events.${format}`;
}

const dogPath = (sn: string) => `/api/dogs/${encodeURIComponent(sn)}`;

/** Query string of the defined fields; lists are comma-separated. Empty, or beginning with `?`. */
export function toSearch(fields: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === "") continue;
    search.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
