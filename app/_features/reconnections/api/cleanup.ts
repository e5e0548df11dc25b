import { useMutation, useQueryClient } from "@tanstack/react-query";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { api } from "#app/_live/api.ts";
import type { CleanupResult } from "#lib/contracts/reconnection.ts";
import { reconnectionQueries } from "./reconnection-queries.ts";

const cleanup = (body: { readonly dry_run?: boolean }) =>
  api<CleanupResult>("/api/reconnection/cleanup", { method: "POST", body });

/** Counts the expired records now, for the confirm; removes nothing. */
export const countExpired = (): Promise<CleanupResult> => cleanup({ dry_run: true });

/** Removes them; lists and counts are asked for again. */
export function useCleanup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => cleanup({}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: reconnectionQueries.lists() });
      await client.invalidateQueries({ queryKey: fleetSummaryQuery.queryKey });
    },
  });
}
