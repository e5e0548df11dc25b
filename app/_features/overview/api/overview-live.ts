import type { QueryClient } from "@tanstack/react-query";
import { fleetSummaryWriter } from "#app/_dog-table/fleet-summary.ts";
import { createPaced } from "#app/_dog-table/paced.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { overviewQueries } from "./overview-queries.ts";

const STATS_GAP_MS = 5_000;
const NEXT_GAP_MS = 2_000;

/** Numbers are patched as they come; charts are asked for at most every 5 s and the list of ends every 2 s, whatever the storm. */
export function createOverviewLive(client: QueryClient, clock: Clock): { writer: LiveWriter; close: () => void } {
  const stats = createPaced(
    clock,
    () => STATS_GAP_MS,
    () => void client.invalidateQueries({ queryKey: overviewQueries.allStats() }),
  );
  const next = createPaced(
    clock,
    () => NEXT_GAP_MS,
    () => void client.invalidateQueries({ queryKey: overviewQueries.next() }),
  );
  return {
    writer: {
      summary(data, queries) {
        fleetSummaryWriter.summary?.(data, queries);
        stats.ask();
      },
      changes: () => next.ask(),
    },
    close() {
      stats.close();
      next.close();
    },
  };
}
