"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { browserClock } from "#app/_live/browser-clock.ts";
import { registerLiveWriter } from "#app/_live/live-writers.ts";
import { createDogLive } from "../api/dog-live.ts";

/** Keeps the page of `sn` true while it is open. */
export function useDogLive(sn: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const live = createDogLive(client, browserClock, sn);
    const unregister = registerLiveWriter(live.writer);
    return () => {
      unregister();
      live.close();
    };
  }, [client, sn]);
}
