import type { Category, ReasonCode, Strategy } from "#lib/reconnection/reason-code.ts";

const UNKNOWN_PREFIX = "未知错误:";

const LABELS: Readonly<Record<string, readonly [ReasonCode, Category, Strategy]>> = {
  正常关闭: ["normal_closure", "normal", "none"],
  异常关闭: ["abnormal_closure", "network", "exponential_backoff"],
  连接被重置: ["connection_reset", "network", "exponential_backoff"],
  网络异常断开: ["network_interrupted", "network", "exponential_backoff"],
  网络超时: ["network_timeout", "network", "exponential_backoff"],
  对端重置连接: ["peer_reset", "network", "exponential_backoff"],
  认证失败: ["auth_failed", "auth", "reauthenticate"],
  服务端错误: ["server_error", "server", "wait_for_service"],
  强制重连: ["forced_reconnect", "operator", "immediate"],
  会话被替换: ["session_replaced", "normal", "none"],
  网关失联: ["gateway_lost", "server", "exponential_backoff"],
};

export interface LabelledReason {
  readonly code: ReasonCode;
  readonly category: Category;
  readonly strategy: Strategy;
  /** The raw error of an unknown reason, or a label nobody here knows. */
  readonly raw: string | null;
}

/** The reason behind a service's Chinese label. */
export function reasonOfLabel(label: string): LabelledReason {
  const known = LABELS[label];
  if (known !== undefined) {
    const [code, category, strategy] = known;
    return { code, category, strategy, raw: null };
  }
  const raw = label.startsWith(UNKNOWN_PREFIX) ? label.slice(UNKNOWN_PREFIX.length).trim() : label;
  return { code: "unknown", category: "unknown", strategy: "exponential_backoff", raw };
}
