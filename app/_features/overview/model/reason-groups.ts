import { countsByGroup, REASON_GROUPS, type ReasonGroup, reasonGroup } from "#app/_components/ui/reason-group.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";

type ReasonCounts = Readonly<Partial<Record<ReasonCode, number>>>;

export interface GroupNow {
  readonly group: ReasonGroup;
  readonly count: number;
  /** Reasons in the group that have dogs now. */
  readonly codes: readonly ReasonCode[];
}

const entries = (counts: ReasonCounts) =>
  REASON_CODES.map((code) => ({ code, count: counts[code] ?? 0 })).filter(({ count }) => count > 0);

/** Dogs out by group, in the groups' fixed order, empty ones too: the bars are a legend and must not jump. */
export function groupsNow(counts: ReasonCounts): GroupNow[] {
  const found = entries(counts);
  return REASON_GROUPS.map((group) => {
    const own = found.filter(({ code }) => reasonGroup(code) === group);
    return {
      group,
      count: own.reduce((sum, { count }) => sum + count, 0),
      codes: own.map(({ code }) => code),
    };
  });
}

export interface GroupPoint {
  readonly at: number;
  readonly counts: Partial<Record<ReasonGroup, number>>;
}

/** Drops by bucket and group. */
export const groupPoints = ({ reasons }: Pick<FleetStats, "reasons">): GroupPoint[] =>
  reasons.map(({ at, counts }) => ({ at: Date.parse(at), counts: countsByGroup(counts) }));
