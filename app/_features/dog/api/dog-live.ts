import type { QueryClient } from "@tanstack/react-query";
import { createPaced } from "#app/_dog-table/paced.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { dogQueries, isLongTimeline } from "./dog-queries.ts";

const REFETCH_GAP_MS = 1_000;
/** A session's round trips and availability move while nothing happens; what an event began is stored a moment after it. */
const REFRESH_MS = 10_000;

/** Keeps one dog's page true: its row at once, the rest asked for at most once a second, weeks of its past with what is refreshed. */
export function createDogLive(
  client: QueryClient,
  clock: Clock,
  sn: string,
): { readonly writer: LiveWriter; readonly close: () => void } {
  const paced = createPaced(
    clock,
    () => REFETCH_GAP_MS,
    () =>
      void client.invalidateQueries({
        queryKey: dogQueries.of(sn),
        predicate: ({ queryKey }) => !isLongTimeline(sn, queryKey),
      }),
  );
  let cancelRefresh = clock.schedule(REFRESH_MS, refresh);
  function refresh(): void {
    cancelRefresh = clock.schedule(REFRESH_MS, refresh);
    void client.invalidateQueries({ queryKey: dogQueries.detail(sn).queryKey });
    void client.invalidateQueries({ queryKey: dogQueries.timelines(sn) });
  }
  return {
    writer: {
      changes(frame) {
        if (frame.many) return paced.ask();
        const row = frame.rows.find((changed) => changed.client_id === sn);
        if (row === undefined) return;
        client.setQueryData(dogQueries.detail(sn).queryKey, (detail) => detail && { ...detail, row });
        paced.ask();
      },
      events({ items }) {
        if (items.some((event) => event.client_id === sn)) paced.ask();
      },
      ticket({ tickets }) {
        if (tickets.some((ticket) => ticket.client_id === sn)) paced.ask();
      },
    },
    close() {
      paced.close();
      cancelRefresh();
    },
  };
}
