import { countsByGroup, REASON_GROUPS, type ReasonGroup, reasonGroup } from "#app/_components/ui/reason-group.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";

export interface ReasonPoint {
  readonly at: number;
  readonly counts: Partial<Record<ReasonGroup, number>>;
}

/** Outages begun by bucket and group. */
export const reasonPoints = ({ reasons }: Pick<FleetStats, "reasons">): ReasonPoint[] =>
  reasons.map(({ at, counts }) => ({ at: Date.parse(at), counts: countsByGroup(counts) }));

export interface GroupTotal {
  readonly group: ReasonGroup;
  readonly count: number;
  /** Reasons of the group that occurred. */
  readonly codes: readonly ReasonCode[];
}

/** Outages of the window by group, in the groups' fixed order, empty ones too: the bars are a legend and must not jump. */
export function reasonTotals({ reasons }: Pick<FleetStats, "reasons">): GroupTotal[] {
  const sums = new Map<ReasonCode, number>();
  for (const { counts } of reasons)
    for (const code of REASON_CODES) sums.set(code, (sums.get(code) ?? 0) + (counts[code] ?? 0));
  return REASON_GROUPS.map((group) => {
    const codes = REASON_CODES.filter((code) => reasonGroup(code) === group && (sums.get(code) ?? 0) > 0);
    return { group, codes, count: codes.reduce((sum, code) => sum + (sums.get(code) ?? 0), 0) };
  });
}

export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export interface HeatCounts {
  readonly code: ReasonCode;
  /** One count an hour of day. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** Reasons that occurred, the most frequent first, each with its 24 hours. */
export function heatRows({ heat }: Pick<FleetStats, "heat">): HeatCounts[] {
  return REASON_CODES.map((code) => {
    const own = heat.filter(({ reason_code }) => reason_code === code);
    const counts = HOURS.map((hour) => own.reduce((sum, cell) => sum + (cell.hour === hour ? cell.count : 0), 0));
    return { code, counts, total: counts.reduce((sum, count) => sum + count, 0) };
  })
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
}
