import type { DogClient } from "#dog/client/dog-client.ts";
import { formatGoDuration } from "#lib/clock/duration.ts";
import type { Log } from "./log.ts";

const STEP = { dial: "dials again", poll: "asks for the service's health", refresh: "gets a new token" } as const;

/** Writes what happens to a client, one line each; where it waits, until when and why. */
export function logClient(client: DogClient, log: Log): void {
  let why: string | null = null;
  /** The one dialled last: by the time of an event the client may have turned to the next. */
  let tried: string | null = null;
  const next = () => client.getStatus().server;
  const elsewhere = () => (tried === next() ? null : tried);
  client.on("connecting", ({ server }) => {
    tried = server;
    log.debug("dialing", { server });
  });
  client.on("connected", ({ server: at, session, outage }) => {
    why = null;
    const out = outage && { out: seconds(outage.durationMs), dials: outage.dials };
    log.info("connected", { server: at, session, ...out });
  });
  client.on("stable", (event) => log.info("stable", { server: event.server }));
  client.on("disconnected", ({ reason, error }) => {
    why = error ?? reason;
    log.warn("disconnected", { server: tried, reason, why: error });
  });
  client.on("refused", ({ code, message, retryAfterMs }) => {
    log.warn("login refused", { server: tried, code, why: message, asked: retryAfterMs && seconds(retryAfterMs) });
  });
  client.on("error", ({ of, message, cause }) => {
    if (of === "dial") why = message;
    const said = { of, why: message, cause: cause instanceof Error ? cause.message : null };
    if (of === "dial") log.debug("dial failed", { server: tried, ...said });
    else log.error("fault", said);
  });
  client.on("retrying", ({ delayMs, attempt, lastAttempt, next: step }) => {
    const of = `${attempt}/${lastAttempt}`;
    log.warn("retrying", { attempt: of, to: STEP[step], next: seconds(delayMs), server: next(), why, at: elsewhere() });
  });
  client.on("probing", ({ delayMs }) => {
    log.warn("probing", { next: seconds(delayMs), server: next(), why, at: elsewhere() });
  });
  client.on("policy", ({ maxRetries, baseDelayMs, maxDelayMs }) => {
    log.info("policy", { max_retries: maxRetries, base_delay: seconds(baseDelayMs), max_delay: seconds(maxDelayMs) });
  });
  client.on("push", ({ service }) => log.debug("push", { service }));
  client.on("dropped", ({ service, id, why: cause }) => log.warn("dropped", { service, id, why: cause }));
}

/** The seed's fields of `getStatus`, and ours. */
export function logStatus(client: DogClient, log: Log): void {
  const { outage, outbox, undecodable, ...status } = client.getStatus();
  const { connected, reconnecting, reconnect_attempts, max_retries, next_retry_delay, has_connection, ...ours } =
    status;
  log.info("status", {
    connected,
    reconnecting,
    reconnect_attempts,
    max_retries,
    next_retry_delay,
    has_connection,
    ...ours,
    outage: outage && seconds(outage.duration_ms),
    dials: outage?.dials,
    outbox: outbox.messages,
    dropped: outbox.dropped || null,
    undecodable: undecodable || null,
  });
}

/** `4.2s` while that matters, then as Go says it. */
const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : formatGoDuration(ms));
