import type { QueryClient } from "@tanstack/react-query";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { analyticsQueries } from "./analytics-queries.ts";

/**
 * Asks again for what is shown when the feed says that time went on, at most once in `gapMs()`; an endless gap never asks. What is
 * shown when this is made is fresh.
 */
export function createAnalyticsLive(client: QueryClient, clock: Clock, gapMs: () => number): LiveWriter {
  let askedAt = clock.monotonic();
  return {
    summary() {
      if (clock.monotonic() - askedAt < gapMs()) return;
      askedAt = clock.monotonic();
      void client.invalidateQueries({ queryKey: analyticsQueries.all() });
    },
  };
}
