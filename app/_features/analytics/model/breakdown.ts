import type { FleetMetrics, FleetStats, StatsGrouping } from "#lib/contracts/fleet.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { BreakdownSort } from "./analytics-url.ts";

export type Group = FleetStats["groups"][number];

/** Key of the groups beyond those the API lists one by one. */
export const OTHER_KEYS = "(other)";

const VALUE: Record<Exclude<BreakdownSort, "key">, (metrics: FleetMetrics) => number | null> = {
  outages: ({ outages }) => outages,
  success: ({ success_rate }) => success_rate,
  gave_up: ({ gave_up }) => gave_up,
  p50: ({ recover_ms }) => recover_ms.p50,
  p95: ({ recover_ms }) => recover_ms.p95,
  availability: ({ availability }) => availability,
  between: ({ mean_between_ms }) => mean_between_ms,
  flaps: ({ flaps }) => flaps,
};

/** Columns that mean something for a grouping: a reason has no dogs of its own, so no availability and no time between. */
export function columnsOf(by: StatsGrouping): readonly BreakdownSort[] {
  const own: BreakdownSort[] = ["key", "outages", "success", "gave_up", "p50", "p95"];
  return by === "reason" ? own : [...own, "availability", "between", "flaps"];
}

/**
 * Groups in the order of a column; what has no value stands last either way, ties by more outages and then by name. `name` words a
 * key, for the order of names.
 */
export function sortGroups(
  groups: readonly Group[],
  by: BreakdownSort,
  order: "asc" | "desc",
  name: (key: string) => string,
): Group[] {
  const sign = order === "asc" ? 1 : -1;
  const byName = (a: Group, b: Group) => name(a.key).localeCompare(name(b.key));
  return [...groups].sort((a, b) => {
    if (by === "key") return sign * byName(a, b);
    const [x, y] = [VALUE[by](a.metrics), VALUE[by](b.metrics)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return sign * (x - y) || b.metrics.outages - a.metrics.outages || byName(a, b);
  });
}

const isReason = (key: string): key is ReasonCode => REASON_CODES.some((code) => code === key);
export const reasonOfKey = (key: string): ReasonCode | undefined => (isReason(key) ? key : undefined);

/** Where the dogs of a group that are out now are listed; undefined where the table knows no such filter. */
export function groupHref(by: StatsGrouping, key: string): string | undefined {
  if (key === "" || key === OTHER_KEYS) return undefined;
  switch (by) {
    case "reason":
    case "network":
    case "gateway":
    case "site":
      return `/reconnections?${by}=${encodeURIComponent(key)}`;
    case "app":
    case "firmware":
      return undefined;
  }
}
