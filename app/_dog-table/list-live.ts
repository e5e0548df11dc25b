import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "#lib/clock/clock.ts";
import type { StreamFrame } from "#lib/contracts/fleet.ts";
import { type DogPages, type InList, patchPages, trimPages } from "./live-rows.ts";
import { createPaced } from "./paced.ts";
import { filterOfSearch } from "./table-query.ts";

/** As often as the feed itself can speak. */
const REFETCH_GAP_MS = 250;
/** Of the time, at most one part in this many goes into refetching: what is slow is asked for less often. */
const COST_SHARE = 5;

export interface ListLive {
  /** Puts changed rows into every loaded list, and asks for a refetch where a list itself is out of date. */
  changes(frame: StreamFrame<"changes">): void;
  /** The last row in view: a refetch brings the pages down to it and no more. */
  view(lastRow: number): void;
  close(): void;
}

/**
 * Live writer of the lists under `root`. Refetches at most once in 250 ms for each page it must bring again, and never for more than a
 * fifth of the time: a storm shows at once, and costs the gateway the same whether one page is open or twenty.
 */
export function createListLive(options: {
  readonly client: QueryClient;
  readonly clock: Clock;
  readonly root: readonly string[];
  readonly inList: InList;
}): ListLive {
  const { client, clock, root, inList } = options;
  let lastRow = 0;
  let costMs = 0;
  const lists = () => client.getQueryCache().findAll({ queryKey: root });
  const pagesInView = () => {
    const loaded = lists()
      .filter((query) => query.isActive())
      .map((query) => query.state.data as DogPages | undefined);
    return Math.max(1, ...loaded.map((data) => (data === undefined ? 1 : trimPages(data, lastRow).pages.length)));
  };
  const refetch = () => {
    // What is on its way (a further page the operator scrolled to) is not cut off: the refetch waits its turn again.
    if (lists().some((query) => query.isActive() && query.state.fetchStatus === "fetching")) return paced.ask();
    for (const query of lists())
      client.setQueryData<DogPages>(query.queryKey, (data) => (data === undefined ? data : trimPages(data, lastRow)));
    const from = clock.monotonic();
    const drawn = () => {
      costMs = clock.monotonic() - from;
    };
    void client.invalidateQueries({ queryKey: root }).then(() => clock.schedule(0, drawn));
  };
  const gapMs = () => Math.max(REFETCH_GAP_MS * pagesInView(), COST_SHARE * costMs);
  const paced = createPaced(clock, gapMs, refetch);
  return {
    changes(frame) {
      if (frame.many) return paced.ask();
      let outdated = false;
      for (const query of lists()) {
        const search = query.queryKey.at(-1);
        const filter = filterOfSearch(typeof search === "string" ? search : "");
        client.setQueryData<DogPages>(query.queryKey, (data) => {
          if (data === undefined) return data;
          const patched = patchPages(data, frame.rows, filter, inList);
          outdated ||= patched.outdated && query.isActive();
          return patched.data;
        });
      }
      if (outdated) paced.ask();
    },
    view(row) {
      lastRow = row;
    },
    close: () => paced.close(),
  };
}
