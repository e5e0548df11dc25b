/** What a dog must do when it reads a close code (DESIGN section 6: the range carries the policy). */
export type ClosePolicy = "reconnect_now" | "backoff" | "wait_for_service" | "reauthenticate" | "slow_probe";

export interface CloseReason {
  readonly code: number;
  /** At most 123 bytes: a WebSocket limit. */
  readonly reason: string;
  readonly policy: ClosePolicy;
}

export const CLOSE = {
  forcedReconnect: { code: 4000, reason: "forced_reconnect", policy: "reconnect_now" },
  heartbeatTimeout: { code: 4100, reason: "heartbeat_timeout", policy: "backoff" },
  slowConsumer: { code: 4101, reason: "slow_consumer", policy: "backoff" },
  overloaded: { code: 4102, reason: "overloaded", policy: "backoff" },
  badMessage: { code: 4103, reason: "bad_message", policy: "backoff" },
  tokenExpired: { code: 4200, reason: "token_expired", policy: "reauthenticate" },
  tokenInvalid: { code: 4201, reason: "token_invalid", policy: "reauthenticate" },
  loginTimeout: { code: 4202, reason: "login_timeout", policy: "reauthenticate" },
  sessionReplaced: { code: 4500, reason: "session_replaced", policy: "slow_probe" },
  revoked: { code: 4501, reason: "revoked", policy: "slow_probe" },
  drain: { code: 1012, reason: "service restart", policy: "wait_for_service" },
  unsupportedData: { code: 1003, reason: "text frames only", policy: "backoff" },
} as const satisfies Record<string, CloseReason>;

/** RFC 6455's own codes, for what no dog should ever meet: nothing of this protocol's version. */
export const STANDARD_CLOSE = {
  flooding: { code: 1008, reason: "too many frames", policy: "backoff" },
  internalError: { code: 1011, reason: "internal error", policy: "wait_for_service" },
} as const satisfies Record<string, CloseReason>;

/** The policy a received close code asks for; codes outside our ranges follow RFC 6455 and DESIGN section 5. */
export function closePolicy(code: number): ClosePolicy {
  if (code >= 4000 && code < 4100) return "reconnect_now";
  if (code >= 4200 && code < 4300) return "reauthenticate";
  if (code >= 4500 && code < 4600) return "slow_probe";
  if (code === 1000) return "slow_probe";
  if (code === 1011 || code === 1012 || code === 1013) return "wait_for_service";
  return "backoff";
}
