export const REASON_CODES = [
  "normal_closure",
  "abnormal_closure",
  "connection_reset",
  "network_interrupted",
  "network_timeout",
  "peer_reset",
  "auth_failed",
  "server_error",
  "forced_reconnect",
  "session_replaced",
  "gateway_lost",
  "unknown",
] as const;
/** Why a session ended (DESIGN section 5). */
export type ReasonCode = (typeof REASON_CODES)[number];

export const CATEGORIES = ["normal", "network", "auth", "server", "operator", "unknown"] as const;
export type Category = (typeof CATEGORIES)[number];

export const STRATEGIES = ["none", "exponential_backoff", "reauthenticate", "wait_for_service", "immediate"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Who ended the session. */
export type Initiator = "dog" | "gateway" | "operator" | "network" | "unknown";

/** The death of a socket as the transport saw it: the one thing it hands the session. */
export interface DisconnectCause {
  readonly reason: ReasonCode;
  /** The raw error or close text, at most 256 characters, control characters escaped. */
  readonly raw: string | null;
  readonly closeCode: number | null;
  readonly initiator: Initiator;
}
