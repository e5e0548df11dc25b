"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { api } from "#app/_live/api.ts";
import type { RetireResult } from "#lib/contracts/dogs.ts";
import { dogQueries } from "./dog-queries.ts";

/** Takes one dog out of the fleet; lists and counts are asked for again. */
export function useRetire() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ sn, note }: { readonly sn: string; readonly note: string }) =>
      api<RetireResult>(`/api/dogs/${encodeURIComponent(sn)}/retire`, {
        method: "POST",
        body: note === "" ? {} : { note },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: dogQueries.lists() });
      await client.invalidateQueries({ queryKey: fleetSummaryQuery.queryKey });
    },
  });
}
