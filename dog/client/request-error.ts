import type { GatewayResponse } from "#lib/protocol/messages.ts";

/**
 * `timeout`: no answer in time. `disconnected`: there is no session, or it ended first. `refused`: the gateway answered no
 * (`response`). `stopped`: the client is not running. `outbox_full`: older than what the outbox holds, or too many at once.
 * `invalid`: cannot be sent at all.
 */
export type RequestErrorCode = "timeout" | "disconnected" | "refused" | "stopped" | "outbox_full" | "invalid";

/** Why a message has no answer. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly response: GatewayResponse | null;

  constructor(code: RequestErrorCode, message: string, response: GatewayResponse | null = null) {
    super(message);
    this.name = "RequestError";
    this.code = code;
    this.response = response;
  }
}
