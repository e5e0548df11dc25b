"use client";

import { useEffect } from "react";
import { useFeed } from "#app/_live/live-context.ts";
import { registerLiveWriter } from "#app/_live/live-writers.ts";
import { forceQueries } from "../api/force-queries.ts";
import { forceCenter } from "./force-context.ts";

/** The force feature's live writer: ticket frames reach rows, lists and the clicks that wait for them. */
export function useForceFeed(): void {
  const { feed } = useFeed();
  useEffect(
    () =>
      registerLiveWriter({
        ticket({ tickets }, client) {
          forceCenter.heard(tickets, feed.store.serverNow());
          for (const sn of new Set(tickets.map((ticket) => ticket.client_id))) {
            void client.invalidateQueries({ queryKey: forceQueries.tickets(sn).queryKey });
          }
        },
        resync: () => void forceCenter.catchUp(feed.store.serverNow),
      }),
    [feed],
  );
}
