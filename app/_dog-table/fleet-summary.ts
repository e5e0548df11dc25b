import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "#app/_live/api.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

/** Counts of the whole fleet, whatever a table filters: the sentence beside a title, the cleanup button, gateway names. */
export const fleetSummaryQuery = queryOptions({
  queryKey: ["fleet", "summary"] as const,
  queryFn: ({ signal }) => api<FleetSummary>("/api/fleet/summary", { signal }),
});

export const fleetSummaryWriter: LiveWriter = {
  summary(data: FleetSummary, client: QueryClient) {
    client.setQueryData(fleetSummaryQuery.queryKey, data);
  },
};
