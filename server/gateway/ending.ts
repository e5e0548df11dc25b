import type { CloseReason } from "#lib/protocol/close-codes.ts";
import { CLOSE, STANDARD_CLOSE } from "#lib/protocol/close-codes.ts";
import type { DisconnectCause, Initiator, ReasonCode } from "#lib/reconnection/reason-code.ts";

/** A close the gateway decides: what the dog reads and what the journal says of it. */
export interface Ending {
  readonly close: CloseReason;
  readonly reason: ReasonCode;
  readonly initiator: Initiator;
}

export const ENDING = {
  forced: { close: CLOSE.forcedReconnect, reason: "forced_reconnect", initiator: "operator" },
  heartbeatTimeout: { close: CLOSE.heartbeatTimeout, reason: "network_timeout", initiator: "gateway" },
  slowConsumer: { close: CLOSE.slowConsumer, reason: "network_timeout", initiator: "gateway" },
  overloaded: { close: CLOSE.overloaded, reason: "server_error", initiator: "gateway" },
  badMessage: { close: CLOSE.badMessage, reason: "unknown", initiator: "gateway" },
  flooding: { close: STANDARD_CLOSE.flooding, reason: "unknown", initiator: "gateway" },
  fault: { close: STANDARD_CLOSE.internalError, reason: "server_error", initiator: "gateway" },
  tokenInvalid: { close: CLOSE.tokenInvalid, reason: "auth_failed", initiator: "gateway" },
  loginTimeout: { close: CLOSE.loginTimeout, reason: "auth_failed", initiator: "gateway" },
  replaced: { close: CLOSE.sessionReplaced, reason: "session_replaced", initiator: "gateway" },
  revoked: { close: CLOSE.revoked, reason: "auth_failed", initiator: "operator" },
  drain: { close: CLOSE.drain, reason: "server_error", initiator: "gateway" },
} as const satisfies Record<string, Ending>;

/** The ending as the journal's cause. `detail` is already safe to show. */
export function endingCause(ending: Ending, detail?: string): DisconnectCause {
  return {
    reason: ending.reason,
    raw: detail === undefined ? ending.close.reason : `${ending.close.reason}: ${detail}`,
    closeCode: ending.close.code,
    initiator: ending.initiator,
  };
}
