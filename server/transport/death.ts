import { STANDARD_CLOSE } from "#lib/protocol/close-codes.ts";
import { safeText } from "#lib/protocol/safe-text.ts";
import { analyzeDisconnectionReason } from "#lib/reconnection/disconnect-reason.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";

/** Ours alone to send: from a dog they mean nothing. */
const OUR_CODES_FROM = 4_000;

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

/** What served the dog threw. */
export function faultCause(): DisconnectCause {
  const { code, reason } = STANDARD_CLOSE.internalError;
  return { reason: "server_error", raw: reason, closeCode: code, initiator: "gateway" };
}

/** The raw socket failed. */
export function errorCause(error: Error): DisconnectCause {
  const { code, raw } = analyzeDisconnectionReason(error);
  return { reason: code, raw: safeText(raw ?? error.message), closeCode: null, initiator: "network" };
}

/** The dog sent a close frame. Without a code (1005) it is a goodbye like 1000. */
export function closeFrameCause(closeCode: number, text: string): DisconnectCause {
  const { code, raw } = analyzeDisconnectionReason({ closeCode, text });
  const ours = closeCode >= OUR_CODES_FROM;
  const reason = closeCode === 1005 ? "normal_closure" : ours ? "unknown" : code;
  return { reason, raw: raw === null ? null : safeText(raw), closeCode, initiator: "dog" };
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
