import type { DogRow } from "#lib/contracts/reconnection.ts";

/** A row of a dog in backoff; override what the test is about. */
export function dogRow(sn: string, over: Partial<DogRow> = {}): DogRow {
  return {
    client_id: sn,
    is_connected: false,
    reconnection_attempts: 3,
    next_retry_time: "2026-01-05T19:12:38Z",
    time_until_retry: "12s",
    failure_reason: "网络超时",
    current_delay: "8s",
    state: "reconnecting",
    reason_code: "network_timeout",
    reason_raw: null,
    category: "network",
    strategy: "exponential_backoff",
    since: "2026-01-05T19:11:07.000Z",
    flaps: 0,
    max_retries: 10,
    gives_up_at: ["2026-01-05T19:14:08.000Z", "2026-01-05T19:15:48.000Z"],
    estimated: true,
    schedule_source: "assumed",
    network: "4G",
    gateway: "gw-east-1",
    app_id: "galbot",
    site: null,
    firmware: null,
    last_seen_at: "2026-01-05T19:11:07.000Z",
    last_event_at: "2026-01-05T19:11:37.000Z",
    stable_at: null,
    duplicate: false,
    ticket: null,
    ...over,
  };
}
