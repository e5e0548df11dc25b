"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { browserClock } from "#app/_live/browser-clock.ts";
import { registerLiveWriter } from "#app/_live/live-writers.ts";
import { createListLive, type ListLive } from "./list-live.ts";
import type { InList } from "./live-rows.ts";

/** Where a table tells what it shows; a constant. */
export type ListView = Pick<ListLive, "view" | "moved">;

/** Keeps the lists under `root` true while the page is open. Returns where its table tells what it shows. Arguments must be constants. */
export function useListLive(root: readonly string[], inList: InList): ListView {
  const client = useQueryClient();
  const current = useRef<ListLive | null>(null);
  const lastRow = useRef(0);
  useEffect(() => {
    const live = createListLive({ client, clock: browserClock, root, inList });
    live.view(lastRow.current);
    current.current = live;
    const unregister = registerLiveWriter({ changes: (frame) => live.changes(frame) });
    return () => {
      unregister();
      live.close();
      current.current = null;
      // Nobody patches them now: whoever comes back must ask again.
      void client.invalidateQueries({ queryKey: root, refetchType: "none" });
    };
  }, [client, root, inList]);
  return useMemo(
    () => ({
      view(row: number) {
        lastRow.current = row;
        current.current?.view(row);
      },
      moved: () => current.current?.moved(),
    }),
    [],
  );
}
