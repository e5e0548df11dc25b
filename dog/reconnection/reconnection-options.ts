import type { Dial, DialTls, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { PUSHED_POLICY, type RetryPolicy } from "#lib/reconnection/schedule.ts";
import type { OnError } from "./shielded.ts";

export interface ReconnectionOptions {
  /** Dials after the first one before the client gives up (10). */
  readonly maxRetries?: number;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Further servers, tried in turn where the first one fails. */
  readonly servers?: readonly string[];
  /** TCP, TLS and upgrade together, ms (10_000). */
  readonly handshakeTimeoutMs?: number;
  /** A connection on which nothing was heard for so long has ended, ms (45_000). */
  readonly watchdogMs?: number;
  readonly tls?: DialTls;
  readonly localAddress?: string;
  /** The token to dial with from now on, after one was refused. Without it the old one is tried again. */
  readonly refreshToken?: (signal: AbortSignal) => Promise<string>;
  readonly onMessage?: (text: string) => void;
  /** What `onMessage` or the disconnect callback threw; it ends nothing. Left out: a warning of the process. */
  readonly onError?: OnError;
  /** Stops the client, and keeps it stopped. */
  readonly signal?: AbortSignal;
  /** Host -> addresses to try; the system's own where it is left out. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly clock?: Clock;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
  readonly dial?: Dial;
  readonly pollHealth?: PollHealth;
}

/** The seed's defaults where nothing else is said: 10 retries, 1 s to 30 s. */
export function retriesOf(options: ReconnectionOptions): RetryPolicy {
  const { maxRetries, baseDelayMs, maxDelayMs } = PUSHED_POLICY;
  return {
    maxRetries: options.maxRetries ?? maxRetries,
    baseDelayMs: options.baseDelayMs ?? baseDelayMs,
    maxDelayMs: options.maxDelayMs ?? maxDelayMs,
  };
}

/** Throws a RangeError for numbers that would never dial, or without a pause. */
export function checkedRetries(retries: RetryPolicy): RetryPolicy {
  const { maxRetries, baseDelayMs, maxDelayMs } = retries;
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw new RangeError(`maxRetries: ${maxRetries} is no count`);
  for (const [name, ms] of Object.entries({ baseDelayMs, maxDelayMs })) {
    if (!Number.isFinite(ms) || ms <= 0) throw new RangeError(`${name}: expected a time in ms above 0, got ${ms}`);
  }
  return retries;
}
