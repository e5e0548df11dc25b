import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#app/_live/api.ts";
import type { RetireResult } from "#lib/contracts/dogs.ts";
import { dogQueries } from "./dog-queries.ts";

/** Takes the dog out of the fleet; its page is asked for again. */
export function useRetire(sn: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note: string) =>
      api<RetireResult>(`/api/dogs/${encodeURIComponent(sn)}/retire`, {
        method: "POST",
        body: note === "" ? {} : { note },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: dogQueries.of(sn) }),
  });
}
