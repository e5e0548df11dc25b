import { queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import type { StatsWanted } from "#app/_stats-window/stats-window.ts";
import type { FleetStats, LeastStable } from "#lib/contracts/fleet.ts";
import type { StatsAsked } from "../model/analytics-url.ts";

const ROOT = ["analytics"] as const;
const LEAST_STABLE_SHOWN = 10;

/** Statistics and the question they answer: while the next are on their way, the page still knows what these are of. */
export interface Answered {
  readonly asked: StatsAsked;
  readonly stats: FleetStats;
}

export interface LeastStableAsked extends StatsWanted {
  readonly limit: number;
}

type FetchStats = (asked: StatsAsked, signal: AbortSignal) => Promise<FleetStats>;
type FetchLeastStable = (asked: LeastStableAsked, signal: AbortSignal) => Promise<LeastStable>;

const fetchStats: FetchStats = (asked, signal) => api(withQuery("/api/fleet/stats", asked), { signal });
const fetchLeastStable: FetchLeastStable = (asked, signal) =>
  api(withQuery("/api/fleet/least-stable", asked), { signal });

/** Everything Analytics asks for. The server page passes fetchers of its own. */
export const analyticsQueries = {
  all: () => ROOT,
  stats: (asked: StatsAsked, fetch: FetchStats = fetchStats) =>
    queryOptions({
      queryKey: [...ROOT, "stats", asked] as const,
      queryFn: async ({ signal }): Promise<Answered> => ({ asked, stats: await fetch(asked, signal) }),
    }),
  leastStable: (bounds: StatsWanted, fetch: FetchLeastStable = fetchLeastStable) => {
    const asked = { ...bounds, limit: LEAST_STABLE_SHOWN };
    return queryOptions({
      queryKey: [...ROOT, "least-stable", asked] as const,
      queryFn: ({ signal }) => fetch(asked, signal),
    });
  },
};

/** Where outages begun in a window are downloaded. */
export const exportHref = (format: "csv" | "json", bounds: { readonly from: string; readonly to: string }): string =>
  withQuery(`/api/fleet/outages.${format}`, { from: bounds.from, to: bounds.to });
