import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { assumedSchedule, PUSHED_POLICY } from "#lib/reconnection/schedule.ts";
import { toInstant } from "./basic-row.ts";

/** The fleet as far as a basic service tells it: what it does not know is an empty window, never a made-up number. */
export function basicSummary(rows: readonly DogRow[], now: number): FleetSummary {
  const count = (state: DogRow["state"]) => rows.filter((row) => row.state === state).length;
  const byReason: Partial<Record<ReasonCode, number>> = {};
  for (const { reason_code: code, is_connected } of rows) {
    if (code !== null && !is_connected) byReason[code] = (byReason[code] ?? 0) + 1;
  }
  const asOf = toInstant(now);
  return {
    as_of: asOf,
    known: rows.length,
    connected: count("connected"),
    settling: 0,
    silent: 0,
    reconnecting: count("reconnecting"),
    refused: count("refused"),
    probing: 0,
    gave_up: count("gave_up"),
    offline: 0,
    offline_over_24h: 0,
    flapping: 0,
    flaps_10m: 0,
    by_reason: byReason,
    expired: 0,
    last_hour: {
      from: asOf,
      to: asOf,
      outages: 0,
      recovered: 0,
      gave_up: 0,
      open: 0,
      recover_ms: { p50: null, p95: null },
      auth_outages: 0,
    },
    next_give_up: { count: 0, earliest: null, latest: null },
    largest_group: null,
    incident: null,
    journal: { status: "ok", dropped: 0 },
    gateways: [],
    settings: {
      stable_ms: 60_000,
      silent_ms: 45_000,
      force_deadline_ms: 300_000,
      force_rate: 50,
      record_ttl_ms: 86_400_000,
    },
  };
}

/** One dog as far as a basic service tells it: no history, no timeline, an assumed schedule. */
export function basicDetail(row: DogRow, now: number): DogDetail {
  const asOf = toInstant(now);
  const since = row.since ?? asOf;
  const schedule = assumedSchedule(PUSHED_POLICY);
  return {
    as_of: asOf,
    row,
    client: null,
    labels: {},
    remote_address: null,
    first_seen_at: since,
    schedule: {
      kind: schedule.kind,
      source: schedule.source,
      max_retries: schedule.maxRetries,
      base_delay_ms: schedule.baseDelayMs,
      max_delay_ms: schedule.maxDelayMs,
      first_delay_ms: [...schedule.firstDelayMs],
      jitter: schedule.jitter,
      dial_timeout_ms: schedule.dialTimeoutMs,
      probe_ms: schedule.probeMs,
    },
    outage: row.is_connected
      ? null
      : {
          started_at: since,
          detected_at: since,
          reason_code: row.reason_code ?? "unknown",
          reason_raw: row.reason_raw,
          close_code: null,
          initiator: "unknown",
          ladder: [],
          gives_up_at: null,
        },
    timeline: { from: asOf, to: asOf, spans: [], marks: [] },
    stability: {
      from: asOf,
      to: asOf,
      watched_ms: 0,
      unknown_ms: 0,
      availability: null,
      outages: 0,
      recovered: 0,
      gave_up: 0,
      mean_between_ms: null,
      mean_recover_ms: null,
      flaps: 0,
    },
    rtt: [],
    rtt_summary: { p50: null, p95: null },
    live_sockets: row.is_connected ? 1 : 0,
    tickets: row.ticket === null ? [] : [row.ticket],
  };
}
