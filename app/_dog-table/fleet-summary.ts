import { keepPreviousData, type QueryClient, queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import { ApiError } from "#app/_live/api-error.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import { instantText } from "#app/_live/moment.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { pastKey } from "#app/_live/past-key.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

/** Counts of the whole fleet, whatever a table filters: the sentence beside a title, the cleanup button, gateway names. */
export const fleetSummaryQuery = queryOptions({
  queryKey: ["fleet", "summary"] as const,
  queryFn: ({ signal }) => api<FleetSummary>("/api/fleet/summary", { signal }),
});

const BEING_MADE_MS = 2_000;

/** The past is not there yet, and will be. */
export const isBeingMade = (error: Error | null): boolean =>
  error instanceof ApiError && error.code === "history_unavailable";

type FetchSummary = (at: string, signal: AbortSignal) => Promise<FleetSummary>;

const fetchSummaryAt: FetchSummary = (at, signal) => api(withQuery("/api/fleet/summary", { at }), { signal });

/** The same counts as they were. Another key than the live ones: no frame of the feed reaches it. */
export const fleetSummaryAt = (at: number, fetch: FetchSummary = fetchSummaryAt) =>
  queryOptions({
    queryKey: pastKey(at, "summary"),
    queryFn: ({ signal }) => fetch(instantText(at), signal),
    staleTime: Number.POSITIVE_INFINITY,
    // A gateway that has just started makes its history ready: a matter of seconds.
    refetchInterval: ({ state }) => isBeingMade(state.error) && BEING_MADE_MS,
    placeholderData: keepPreviousData,
  });

/** The fleet's counts at the moment the page shows. */
export function useFleetSummary(): UseQueryResult<FleetSummary> {
  const at = useAt();
  const isPast = at !== null;
  const live = useQuery({ ...fleetSummaryQuery, enabled: !isPast });
  const past = useQuery({ ...fleetSummaryAt(at ?? 0), enabled: isPast });
  return isPast ? past : live;
}

export const fleetSummaryWriter: LiveWriter = {
  summary(data: FleetSummary, client: QueryClient) {
    client.setQueryData(fleetSummaryQuery.queryKey, data);
  },
};
