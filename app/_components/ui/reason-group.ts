import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";

/** The six groups charts tell apart, in their fixed order. A reason keeps its colour for ever. */
export const REASON_GROUPS = [
  "network_timeout",
  "peer_reset",
  "abnormal_closure",
  "server_error",
  "auth_failed",
  "other",
] as const;
export type ReasonGroup = (typeof REASON_GROUPS)[number];

export const REASON_GROUP_COLOR: Record<ReasonGroup, string> = {
  network_timeout: "var(--chart-1)",
  peer_reset: "var(--chart-2)",
  abnormal_closure: "var(--chart-3)",
  server_error: "var(--chart-4)",
  auth_failed: "var(--chart-5)",
  other: "var(--chart-other)",
};

/** Group of a reason; a lost gateway counts with the server's faults. */
export function reasonGroup(code: ReasonCode): ReasonGroup {
  switch (code) {
    case "network_timeout":
    case "peer_reset":
    case "abnormal_closure":
    case "server_error":
    case "auth_failed":
      return code;
    case "gateway_lost":
      return "server_error";
    case "normal_closure":
    case "connection_reset":
    case "network_interrupted":
    case "forced_reconnect":
    case "session_replaced":
    case "unknown":
      return "other";
  }
}

/** Every reason of a group: what a press on it filters by. */
export const codesOfGroup = (group: ReasonGroup): ReasonCode[] =>
  REASON_CODES.filter((code) => reasonGroup(code) === group);

/** Counts by reason as counts by group; groups without any are left out. */
export function countsByGroup(
  counts: Readonly<Partial<Record<ReasonCode, number>>>,
): Partial<Record<ReasonGroup, number>> {
  const groups: Partial<Record<ReasonGroup, number>> = {};
  for (const code of REASON_CODES) {
    const count = counts[code] ?? 0;
    if (count > 0) groups[reasonGroup(code)] = (groups[reasonGroup(code)] ?? 0) + count;
  }
  return groups;
}
