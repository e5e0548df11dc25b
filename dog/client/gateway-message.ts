import { parseJson } from "#lib/protocol/codec.ts";
import type { GatewayMessage } from "#lib/protocol/messages.ts";
import { PUSHED_LIMITS, type RetryPolicy } from "#lib/reconnection/schedule.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a gateway sent, or null for what no dog can read. Never throws. As lenient as the schemas of lib/protocol allow, so
 * that an older or a foreign gateway is understood; no schema library travels with a dog.
 */
export function readGatewayMessage(text: string): GatewayMessage | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.message)) return null;
  const { op, service, args, result, code, message, request_id } = json.message;
  if (typeof service !== "string") return null;
  if (op === "galbot_push") return { op, service, args: isFields(args) ? args : {} };
  if (op !== "galbot_response") return null;
  if (typeof result !== "boolean" && typeof code !== "number") return null;
  return {
    op,
    service,
    result: typeof result === "boolean" ? result : code === 0,
    code: typeof code === "number" ? code : result === true ? 0 : -1,
    message: typeof message === "string" ? message : "",
    ...(typeof request_id === "string" || typeof request_id === "number" ? { request_id } : {}),
    ...(isFields(args) ? { args } : {}),
  };
}

/** What an accepted login's answer says; null where a gateway says less than ours. Times in ms. */
export interface LoginAnswer {
  readonly session: string | null;
  readonly heartbeatMs: number | null;
  readonly stableMs: number | null;
  readonly policy: RetryPolicy | null;
  /** False: nothing that was reported is acknowledged. */
  readonly stored: boolean;
}

export function readLoginAnswer(args: Fields | undefined): LoginAnswer {
  return {
    session: typeof args?.session === "string" ? args.session : null,
    heartbeatMs: numberWithin(args?.heartbeat_ms, 1_000, 300_000),
    stableMs: numberWithin(args?.stable_ms, 1, 86_400_000),
    policy: isFields(args?.policy) ? readPolicy(args.policy) : null,
    stored: args?.stored !== false,
  };
}

/**
 * The three numbers an operator pushes; null where one is missing or beyond the wire's limits. A slip of a digit must not
 * send a whole fleet away for a day, out of reach of its correction.
 */
export function readPolicy(args: Fields): RetryPolicy | null {
  const maxRetries = numberWithin(args.max_retries, 0, PUSHED_LIMITS.maxRetries);
  const baseDelayMs = numberWithin(args.base_delay_ms, 1, 86_400_000);
  const maxDelayMs = numberWithin(args.max_delay_ms, 1, 86_400_000);
  if (maxRetries === null || baseDelayMs === null || maxDelayMs === null) return null;
  return {
    maxRetries: Math.floor(maxRetries),
    baseDelayMs: Math.min(PUSHED_LIMITS.mostDelayMs, baseDelayMs),
    maxDelayMs: Math.min(PUSHED_LIMITS.mostDelayMs, Math.max(baseDelayMs, maxDelayMs)),
  };
}

/** `retry_after_ms` of a refusal. */
export function readRetryAfter(args: Fields | undefined): number | null {
  return numberWithin(args?.retry_after_ms, 0, 86_400_000);
}

function numberWithin(value: unknown, least: number, most: number): number | null {
  return typeof value === "number" && value >= least && value <= most ? value : null;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
