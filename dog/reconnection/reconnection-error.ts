import type { ReasonCode } from "#lib/reconnection/reason-code.ts";

/**
 * `disconnected`: a dial failed or a connection ended, and there is more to come. `gave_up`: the last dial of `maxRetries` failed.
 * `stopped`: `stopReconnection` was called, or a signal aborted.
 */
export type ReconnectionErrorCode = "disconnected" | "gave_up" | "stopped";

export class ReconnectionError extends Error {
  readonly code: ReconnectionErrorCode;
  /** Why the last dial or connection ended; null for `stopped`. */
  readonly reason: ReasonCode | null;

  constructor(code: ReconnectionErrorCode, message: string, reason: ReasonCode | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ReconnectionError";
    this.code = code;
    this.reason = reason;
  }
}
