import { safeText } from "#lib/protocol/safe-text.ts";
import type { DisconnectCause, ReasonCode } from "#lib/reconnection/reason-code.ts";

/** What a raw socket's error code says about the end of the dog's link. Source: DESIGN section 5. */
const ERROR_REASONS: Readonly<Record<string, ReasonCode>> = {
  ECONNRESET: "peer_reset",
  EPIPE: "peer_reset",
  ETIMEDOUT: "network_timeout",
  EHOSTUNREACH: "network_timeout",
  ENETUNREACH: "network_timeout",
  EHOSTDOWN: "network_timeout",
  ENETDOWN: "network_timeout",
};

/** Close code that ws answers a broken frame with, by its error code; 1002 for the rest. */
const PROTOCOL_CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

export function errorCode(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** True for ws's own complaints about frames, as opposed to the network's. */
export function isFrameError(error: Error): boolean {
  return errorCode(error)?.startsWith("WS_ERR_") ?? false;
}

/** A frame the protocol forbids: ws closes at once, with the code given here. */
export function frameCause(error: Error): DisconnectCause {
  const code = PROTOCOL_CODES[errorCode(error) ?? ""] ?? 1002;
  return { reason: "unknown", raw: safeText(`${code} ${error.message}`), closeCode: code, initiator: "gateway" };
}

/** A binary frame: this wire is text. */
export function binaryCause(): DisconnectCause {
  return { reason: "unknown", raw: "1003 binary frame", closeCode: 1003, initiator: "gateway" };
}

/** The raw socket failed. */
export function errorCause(error: Error): DisconnectCause {
  const code = errorCode(error);
  const reason = ERROR_REASONS[code ?? ""] ?? "unknown";
  return { reason, raw: safeText(code ?? error.message), closeCode: null, initiator: "network" };
}

/** The dog sent a close frame. Without a code (1005) it is a goodbye like 1000. */
export function closeFrameCause(code: number, text: string): DisconnectCause {
  const raw = text === "" ? null : safeText(text);
  return { reason: closeFrameReason(code), raw: raw ?? String(code), closeCode: code, initiator: "dog" };
}

/** FIN without a close frame: a process that ended, or the seed's client stopping. */
export function endCause(): DisconnectCause {
  return { reason: "abnormal_closure", raw: "ended without a close frame", closeCode: 1006, initiator: "dog" };
}

/** We ended it; the gateway told the journal its own reason when it decided. */
export function ownCause(code: number | null): DisconnectCause {
  return { reason: "abnormal_closure", raw: null, closeCode: code, initiator: "gateway" };
}

export function unexplainedCause(): DisconnectCause {
  return { reason: "unknown", raw: "closed without a word", closeCode: 1006, initiator: "unknown" };
}

function closeFrameReason(code: number): ReasonCode {
  if (code === 1000 || code === 1001 || code === 1005) return "normal_closure";
  if (code === 1006) return "abnormal_closure";
  if (code === 1011 || code === 1012 || code === 1013) return "server_error";
  return "unknown";
}
