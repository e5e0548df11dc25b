"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { browserClock } from "#app/_live/browser-clock.ts";
import { registerLiveWriter } from "#app/_live/live-writers.ts";
import { createOverviewLive } from "../api/overview-live.ts";

/** Keeps Overview true while it is open. */
export function useOverviewLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const live = createOverviewLive(client, browserClock);
    const unregister = registerLiveWriter(live.writer);
    return () => {
      unregister();
      live.close();
    };
  }, [client]);
}
