import { formatGoDuration } from "#lib/clock/duration.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import { codeOfLabel, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { PUSHED_POLICY } from "#lib/reconnection/schedule.ts";
import type { BasicRecord } from "./parse-record.ts";

/** The seed's manager counts to this (seed 2.1); a basic service does not tell its own. */
const MAX_RETRIES = PUSHED_POLICY.maxRetries;

export interface RowContext {
  readonly now: number;
  /** When our polls first saw the dog out. */
  readonly firstSeenAt: number;
  readonly ticket: ForceTicket | null;
}

/** A record as a row of our lists: what a basic service cannot know is null, what is inferred is marked estimated. */
export function toBasicRow(record: BasicRecord, { now, firstSeenAt, ticket }: RowContext): DogRow {
  const reason = record.label === null ? null : codeOfLabel(record.label);
  const state = stateOf(record, reason?.code === "auth_failed", now);
  const waitsUntil = record.isConnected || state === "gave_up" ? null : record.nextRetryAt;
  return {
    client_id: record.sn,
    is_connected: record.isConnected,
    reconnection_attempts: record.attempts,
    next_retry_time: waitsUntil === null ? null : toSeedTime(waitsUntil),
    time_until_retry: waitsUntil === null ? null : formatGoDuration(waitsUntil - now),
    failure_reason: record.label,
    current_delay: record.isConnected || record.delayMs === null ? null : formatGoDuration(record.delayMs),
    state,
    reason_code: reason?.code ?? null,
    reason_raw: reason?.raw ?? null,
    category: reason === null ? null : REASONS[reason.code].category,
    strategy: reason === null ? null : REASONS[reason.code].strategy,
    since: record.isConnected ? null : toInstant(firstSeenAt),
    flaps: 0,
    max_retries: MAX_RETRIES,
    gives_up_at: null,
    estimated: true,
    schedule_source: "assumed",
    network: null,
    gateway: null,
    app_id: "",
    site: null,
    firmware: null,
    last_seen_at: null,
    last_event_at: record.lastAttemptAt === null ? null : toInstant(record.lastAttemptAt),
    stable_at: null,
    duplicate: false,
    ticket,
  };
}

function stateOf(record: BasicRecord, isRefused: boolean, now: number): DogState {
  if (record.isConnected) return "connected";
  if (isRefused) return "refused";
  const mayDialAgain = record.attempts < MAX_RETRIES || (record.nextRetryAt !== null && record.nextRetryAt > now);
  return mayDialAgain ? "reconnecting" : "gave_up";
}

export const toInstant = (at: number) => new Date(at).toISOString();

/** The seed's form: whole seconds. */
const toSeedTime = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
