import type { FleetStats } from "#lib/contracts/fleet.ts";
import { siteDrops } from "#lib/fleet/incident.ts";
import { iso } from "./dog-row.ts";
import type { FoldedFleet } from "./fleet-fold.ts";

type Mark = FleetStats["marks"][number];

/** The part of the statistics that is now, whatever the window: what the past knows is added from its rollups. */
export interface LiveStats {
  readonly as_of: string;
  readonly reasons_now: FleetStats["reasons_now"];
  readonly running: FleetStats["attempts"]["running"];
  readonly waiting: FleetStats["delays"]["waiting"];
  /** Of the window, oldest first. */
  readonly marks: FleetStats["marks"];
}

const counted = (counts: ReadonlyMap<number, number>) => [...counts].sort((a, b) => a[0] - b[0]);

/** How many dogs were known at an instant: seen before it, and not retired before it. */
function knownAt(state: FoldedFleet["state"]): (at: number) => number {
  const seen: number[] = [];
  const retired: number[] = [];
  for (const dog of state.dogs()) {
    seen.push(dog.firstSeenAt);
    if (dog.retired) retired.push(dog.changedAt);
  }
  const upTo = (instants: readonly number[]) => {
    const ascending = Float64Array.from(instants).sort();
    return (at: number) => {
      let [low, high] = [0, ascending.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((ascending[middle] ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low;
    };
  };
  const [seenBy, retiredBy] = [upTo(seen), upTo(retired)];
  return (at) => seenBy(at) - retiredBy(at);
}

/** Gateways that were down and gaps as far back as the fold keeps them, sites that dropped in the last hour. */
function marksOf({ state }: Pick<FoldedFleet, "state">, from: number, to: number): FleetStats["marks"] {
  const gaps = state.watchEvents().filter((event) => event.type === "journal.gap");
  const gapAt = new Set(gaps.map((gap) => gap.from));
  const dark = state.unknownSpans().filter((span) => !gapAt.has(span.from) && span.from < to && (span.to ?? to) > from);
  const known = dark.length === 0 ? () => 0 : knownAt(state);
  const down = dark.map((span): Mark => {
    const until = span.to === null ? null : iso(span.to);
    return { at: iso(Math.max(span.from, from)), until, kind: "gateway_down", name: null, dogs: known(span.from) };
  });
  const lost = gaps
    .filter((gap) => gap.from < to && gap.to > from)
    .map((gap): Mark => {
      const stretch = { at: iso(Math.max(gap.from, from)), until: iso(gap.to) };
      return { ...stretch, kind: "journal_gap", name: null, dogs: gap.dropped };
    });
  const dropped = siteDrops(state, from)
    .filter(({ at }) => at < to)
    .map(({ at, site, dogs }): Mark => ({ at: iso(at), until: null, kind: "site_dropped", name: site, dogs }));
  return [...down, ...lost, ...dropped].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** What the live fold adds to the statistics of a window (epoch ms, `to` exclusive), as of `now`. */
export function liveStatsOf(
  fold: Pick<FoldedFleet, "state">,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): LiveStats {
  const { state } = fold;
  return {
    as_of: iso(now),
    reasons_now: Object.fromEntries(state.byReason()),
    running: counted(state.attempts()).map(([attempt, count]) => ({ attempt, count })),
    waiting: counted(state.delays()).map(([delay, count]) => ({ delay_ms: delay, count })),
    marks: marksOf(fold, from, to),
  };
}
