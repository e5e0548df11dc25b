import { formatGoDuration } from "#lib/clock/duration.ts";
import type { DogRow, ReconnectionStatus } from "#lib/contracts/reconnection.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { DogView } from "#lib/fleet/view.ts";
import { labelOf } from "#lib/reconnection/disconnect-reason.ts";
import { toForceTicket } from "#server/force/ticket-wire.ts";

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** The seed's time: whole seconds, "2023-10-21T08:15:30Z". Rounded up like the countdown beside it. */
export function isoSeconds(at: number): string {
  return `${iso(Math.ceil(at / 1_000) * 1_000).slice(0, 19)}Z`;
}

/** The seed's seven fields, by the table of states (DESIGN section 3). */
export function toStatus(dog: Dog, view: DogView, now: number): ReconnectionStatus {
  return {
    client_id: dog.sn,
    is_connected: view.isConnected,
    reconnection_attempts: view.attempts,
    next_retry_time: view.nextRetryAt === null ? null : isoSeconds(view.nextRetryAt),
    time_until_retry: view.nextRetryAt === null ? null : formatGoDuration(view.nextRetryAt - now),
    failure_reason: view.reason === null ? null : labelOf(view.reason, view.raw),
    current_delay: view.currentDelayMs === null ? null : formatGoDuration(view.currentDelayMs),
  };
}

export interface RowContext {
  readonly now: number;
  readonly stableAfterMs: number;
  /** Two live sockets with this sn. */
  readonly duplicate: boolean;
}

/** A row of every dog list: the seed's fields and ours. */
export function toDogRow(dog: Dog, view: DogView, { now, stableAfterMs, duplicate }: RowContext): DogRow {
  return {
    ...toStatus(dog, view, now),
    state: view.state,
    reason_code: view.rowReason,
    reason_raw: view.raw,
    category: view.category,
    strategy: view.strategy,
    since: isoOrNull(view.since),
    flaps: view.flapCount,
    max_retries: view.maxRetries,
    gives_up_at: view.givesUpAt === null ? null : [iso(view.givesUpAt[0]), iso(view.givesUpAt[1])],
    estimated: view.estimated,
    schedule_source: dog.schedule.source,
    dials: view.state === "settling" ? (dog.outage?.dials ?? null) : null,
    network: dog.network,
    gateway: dog.gateway,
    app_id: dog.appId,
    site: dog.labels.site ?? null,
    firmware: dog.firmware,
    last_seen_at: iso(dog.lastSeenAt),
    last_event_at: iso(dog.lastEventAt),
    stable_at: isoOrNull(view.stableAt),
    duplicate,
    ticket: view.ticket === null ? null : toForceTicket(view.ticket.ticket, now, stableAfterMs),
  };
}
