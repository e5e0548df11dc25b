"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useFeed } from "#app/_live/live-context.ts";
import type { DogFilter } from "#lib/contracts/reconnection.ts";
import { forceQueries } from "../api/force-queries.ts";
import { forceMatching, forceOne, forceSome, stopBatch } from "../api/force-requests.ts";
import { forceCenter } from "./force-context.ts";

export type ForceMany =
  | { readonly type: "some"; readonly sns: readonly string[]; readonly note?: string }
  | { readonly type: "matching"; readonly filter: DogFilter; readonly expected: number; readonly note?: string };

/** Forces one dog. Its end comes as a toast; a refusal is the mutation's error (ApiError). */
export function useForceOne() {
  const { feed } = useFeed();
  return useMutation({
    mutationKey: ["force", "one"],
    mutationFn: ({ sn, note }: { readonly sn: string; readonly note?: string }) => forceOne(sn, note),
    onSuccess: (result) => forceCenter.started(result, feed.store.serverNow()),
  });
}

/** Forces chosen dogs, or all that match. */
export function useForceMany() {
  const { feed } = useFeed();
  return useMutation({
    mutationKey: ["force", "many"],
    mutationFn: async (many: ForceMany) =>
      many.type === "some" ? forceSome(many.sns, many.note) : forceMatching(many.filter, many.expected, many.note),
    onSuccess: (result) => forceCenter.started(result, feed.store.serverNow()),
  });
}

/** Stops what of a batch is still queued. Its counts are asked for at once. */
export function useStopBatch() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["force", "stop"],
    mutationFn: stopBatch,
    onSettled: (_result, _error, batch) => client.invalidateQueries({ queryKey: forceQueries.batch(batch).queryKey }),
  });
}
