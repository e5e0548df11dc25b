import { queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import { instantText } from "#app/_live/moment.ts";
import { pastKey } from "#app/_live/past-key.ts";
import { type StatsSpan, type StatsWanted, wantedOf } from "#app/_stats-window/stats-window.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQueryInput } from "#lib/contracts/reconnection.ts";

const ROOT = ["overview"] as const;
const NEXT_SHOWN = 10;
const FRESH_MS = 10_000;

interface ListWanted extends DogQueryInput {
  readonly at?: string;
}

/** The dogs nearest the end of their dials; those that never give up sort behind them. */
const NEXT_TO_GIVE_UP: DogQueryInput = {
  state: ["reconnecting", "refused"],
  sort: "gives_up_at",
  order: "asc",
  limit: NEXT_SHOWN,
};

type FetchStats = (wanted: StatsWanted, signal: AbortSignal) => Promise<FleetStats>;
type FetchPage = (query: ListWanted, signal: AbortSignal) => Promise<DogPage>;

const fetchStats: FetchStats = (wanted, signal) => api(withQuery("/api/fleet/stats", wanted), { signal });
const fetchActive: FetchPage = (query, signal) => api(withQuery("/api/reconnection/active", query), { signal });
const freshFor = (at: number | null) => (at === null ? FRESH_MS : Number.POSITIVE_INFINITY);

/** Charts and the list of who gives up next, now or at a moment (`at`). The server page passes fetchers of its own. */
export const overviewQueries = {
  allStats: () => [...ROOT, "stats"] as const,
  stats: (span: StatsSpan, at: number | null, fetch: FetchStats = fetchStats) => {
    const wanted = wantedOf(span, at);
    const key = JSON.stringify(wanted);
    return queryOptions({
      queryKey: at === null ? [...overviewQueries.allStats(), key] : pastKey(at, "stats", key),
      queryFn: ({ signal }) => fetch(wanted, signal),
      staleTime: freshFor(at),
    });
  },
  next: () => [...ROOT, "next"] as const,
  nextToGiveUp: (at: number | null, fetch: FetchPage = fetchActive) =>
    queryOptions({
      queryKey: at === null ? overviewQueries.next() : pastKey(at, "next"),
      queryFn: ({ signal }) =>
        fetch(at === null ? NEXT_TO_GIVE_UP : { ...NEXT_TO_GIVE_UP, at: instantText(at) }, signal),
      staleTime: freshFor(at),
    }),
};
