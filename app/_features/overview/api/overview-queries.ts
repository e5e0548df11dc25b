import { queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import type { FleetStats, StatsWindow } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQueryInput } from "#lib/contracts/reconnection.ts";

const ROOT = ["overview"] as const;
const NEXT_SHOWN = 10;

/** The dogs nearest the end of their dials; those that never give up sort behind them. */
const NEXT_TO_GIVE_UP: DogQueryInput = {
  state: ["reconnecting", "refused"],
  sort: "gives_up_at",
  order: "asc",
  limit: NEXT_SHOWN,
};

type FetchStats = (window: StatsWindow, signal: AbortSignal) => Promise<FleetStats>;
type FetchPage = (query: DogQueryInput, signal: AbortSignal) => Promise<DogPage>;

const fetchStats: FetchStats = (window, signal) => api(withQuery("/api/fleet/stats", { window }), { signal });
const fetchActive: FetchPage = (query, signal) => api(withQuery("/api/reconnection/active", query), { signal });

/** Charts and the list of who gives up next. The server page passes fetchers of its own. */
export const overviewQueries = {
  allStats: () => [...ROOT, "stats"] as const,
  stats: (window: StatsWindow, fetch: FetchStats = fetchStats) =>
    queryOptions({
      queryKey: [...overviewQueries.allStats(), window] as const,
      queryFn: ({ signal }) => fetch(window, signal),
    }),
  nextToGiveUp: (fetch: FetchPage = fetchActive) =>
    queryOptions({
      queryKey: [...ROOT, "next"] as const,
      queryFn: ({ signal }) => fetch(NEXT_TO_GIVE_UP, signal),
    }),
};
