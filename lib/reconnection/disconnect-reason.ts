import type { Category, ReasonCode, Strategy } from "./reason-code.ts";

interface Reason {
  /** The seed's string: the API's `failure_reason`. */
  readonly label: string;
  readonly category: Category;
  readonly strategy: Strategy;
}

/** What each reason means (DESIGN section 5). The label of `unknown` is a prefix: see `labelOf`. */
export const REASONS: Record<ReasonCode, Reason> = {
  normal_closure: { label: "正常关闭", category: "normal", strategy: "none" },
  abnormal_closure: { label: "异常关闭", category: "network", strategy: "exponential_backoff" },
  connection_reset: { label: "连接被重置", category: "network", strategy: "exponential_backoff" },
  network_interrupted: { label: "网络异常断开", category: "network", strategy: "exponential_backoff" },
  network_timeout: { label: "网络超时", category: "network", strategy: "exponential_backoff" },
  peer_reset: { label: "对端重置连接", category: "network", strategy: "exponential_backoff" },
  auth_failed: { label: "认证失败", category: "auth", strategy: "reauthenticate" },
  server_error: { label: "服务端错误", category: "server", strategy: "wait_for_service" },
  forced_reconnect: { label: "强制重连", category: "operator", strategy: "immediate" },
  session_replaced: { label: "会话被替换", category: "normal", strategy: "none" },
  gateway_lost: { label: "网关失联", category: "server", strategy: "exponential_backoff" },
  unknown: { label: "未知错误", category: "unknown", strategy: "exponential_backoff" },
};

/** Why a connection ended: `undefined` is a clean end. */
export type Cause = undefined | { readonly closeCode: number; readonly text?: string } | Error;

export interface Disconnection extends Reason {
  readonly code: ReasonCode;
  /** The whole error as Go would print it; null for a clean end. */
  readonly raw: string | null;
}

/** Go's exact strings (seed 2.1): anything longer or shorter is unknown. */
const WHOLE_ERRORS = new Map<string, ReasonCode>([
  ["EOF", "connection_reset"],
  ["websocket: close 1006 (abnormal closure): unexpected EOF", "network_interrupted"],
  ["i/o timeout", "network_timeout"],
  ["connection reset by peer", "peer_reset"],
]);

/** Last causes of a network operation error, which Go wraps and the seed therefore never sees. */
const OPERATION_CAUSES = new Map<string, ReasonCode>([
  ...WHOLE_ERRORS,
  ["unexpected EOF", "network_interrupted"],
  ["broken pipe", "peer_reset"],
  ["connection timed out", "network_timeout"],
  ["operation timed out", "network_timeout"],
  ["no route to host", "network_timeout"],
  ["network is unreachable", "network_timeout"],
  ["host is down", "network_timeout"],
]);
const OPERATION = /^(?:read|write|dial) (?:tcp|udp|unix)[46]?\b.*: (.+)$/s;

const NODE_CODES = new Map<string, ReasonCode>([
  ["ECONNRESET", "peer_reset"],
  ["EPIPE", "peer_reset"],
  ["ETIMEDOUT", "network_timeout"],
  ["ESOCKETTIMEDOUT", "network_timeout"],
  ["EHOSTUNREACH", "network_timeout"],
  ["EHOSTDOWN", "network_timeout"],
  ["ENETUNREACH", "network_timeout"],
  ["ENETDOWN", "network_timeout"],
  ["ENETRESET", "network_interrupted"],
  ["ECONNABORTED", "network_interrupted"],
]);

/** As gorilla/websocket names close codes in CloseError.Error(). */
const CLOSE_NAMES = new Map<number, string>([
  [1000, "normal"],
  [1001, "going away"],
  [1002, "protocol error"],
  [1003, "unsupported data"],
  [1005, "no status"],
  [1006, "abnormal closure"],
  [1007, "invalid payload data"],
  [1008, "policy violation"],
  [1009, "message too big"],
  [1010, "mandatory extension missing"],
  [1011, "internal server error"],
  [1015, "TLS handshake error"],
]);

/** Why a connection ended, and what the dog should do about it. Source: seed 2.1 and DESIGN section 5. */
export function analyzeDisconnectionReason(cause: Cause): Disconnection {
  if (cause === undefined) return disconnection("normal_closure", null);
  if (cause instanceof Error) return disconnection(codeOfError(cause), cause.message);
  return disconnection(codeOfClose(cause.closeCode), closeText(cause.closeCode, cause.text ?? ""));
}

/** The API's `failure_reason` of a reason. */
export function labelOf(code: ReasonCode, raw: string | null = null): string {
  return code === "unknown" ? `${REASONS.unknown.label}: ${raw ?? ""}` : REASONS[code].label;
}

/** The reason behind a `failure_reason` of a service that sends only labels. A label that is not ours becomes the raw error. */
export function codeOfLabel(label: string): { readonly code: ReasonCode; readonly raw: string | null } {
  const code = CODE_OF_LABEL.get(label);
  if (code !== undefined) return { code, raw: null };
  const raw = /^未知错误[:：]?\s?(.*)$/s.exec(label)?.[1] ?? label;
  return { code: "unknown", raw: raw === "" ? null : raw };
}

/** The close code alone. */
export function codeOfClose(closeCode: number): ReasonCode {
  if (closeCode === 1000 || closeCode === 1001) return "normal_closure";
  if (closeCode === 1006) return "abnormal_closure";
  if (closeCode === 1011 || closeCode === 1012 || closeCode === 1013 || closeCode === 4102) return "server_error";
  if (closeCode === 4000) return "forced_reconnect";
  if (closeCode === 4100 || closeCode === 4101) return "network_timeout";
  if ((closeCode >= 4200 && closeCode < 4300) || closeCode === 4501) return "auth_failed";
  if (closeCode === 4500) return "session_replaced";
  return "unknown";
}

function codeOfError(error: Error): ReasonCode {
  const whole = WHOLE_ERRORS.get(error.message);
  if (whole !== undefined) return whole;
  const node =
    NODE_CODES.get(property(error, "code") as string) ?? NODE_CODES.get(property(error.cause, "code") as string);
  if (node !== undefined) return node;
  const status = property(error, "status") ?? property(error, "statusCode");
  if (status === 401 || status === 403) return "auth_failed";
  if (typeof status === "number" && status >= 500 && status < 600) return "server_error";
  const operation = OPERATION.exec(error.message)?.[1];
  return (operation && OPERATION_CAUSES.get(operation.slice(operation.lastIndexOf(": ") + 1).trim())) || "unknown";
}

function closeText(closeCode: number, text: string): string {
  const name = CLOSE_NAMES.get(closeCode);
  return `websocket: close ${closeCode}${name ? ` (${name})` : ""}${text ? `: ${text}` : ""}`;
}

function disconnection(code: ReasonCode, raw: string | null): Disconnection {
  return { ...REASONS[code], code, label: labelOf(code, raw), raw };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const CODE_OF_LABEL = new Map(
  (Object.keys(REASONS) as ReasonCode[])
    .filter((code) => code !== "unknown")
    .map((code) => [REASONS[code].label, code]),
);
