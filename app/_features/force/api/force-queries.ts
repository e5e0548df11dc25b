import { queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import type { ForceList } from "#lib/contracts/reconnection.ts";

const FORCE = "/api/reconnection/force";
const BATCH_POLL_MS = 2_000;

export const forceQueries = {
  all: () => ["force"] as const,
  ticketLists: () => [...forceQueries.all(), "tickets"] as const,
  /** Tickets of one dog, newest first. */
  tickets: (sn: string) =>
    queryOptions({
      queryKey: [...forceQueries.ticketLists(), sn] as const,
      queryFn: ({ signal }) => api<ForceList>(withQuery(FORCE, { client_id: sn }), { signal }),
    }),
  /** A batch and its counts; asked again every 2 s until it is over. */
  batch: (batch: string) =>
    queryOptions({
      queryKey: [...forceQueries.all(), "batch", batch] as const,
      queryFn: ({ signal }) => api<ForceList>(withQuery(FORCE, { batch }), { signal }),
      refetchInterval: ({ state }) => (state.data !== undefined && batchLeft(state.data) === 0 ? false : BATCH_POLL_MS),
    }),
};

const OVER = ["stable", "failed", "expired", "cancelled"] as const;

/** Dogs of a batch that have no outcome yet. */
export function batchLeft({ batch }: ForceList): number {
  if (batch === null) return 0;
  const over = OVER.reduce((sum, status) => sum + (batch.by_status[status] ?? 0), 0);
  return Math.max(0, batch.total - over);
}
