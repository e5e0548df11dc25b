import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "#lib/clock/clock.ts";
import type { StreamFrame } from "#lib/contracts/fleet.ts";
import { type DogPages, type InList, patchPages, trimPages } from "./live-rows.ts";
import { createPaced } from "./paced.ts";
import { filterOfSearch } from "./table-query.ts";

/** As often as the feed itself can speak. */
const REFETCH_GAP_MS = 250;
/** Of the time at most a third goes by waiting for answers and a fifth in drawing them: what is slow is asked for less often. */
const WAIT_SHARE = 3;
const DRAW_SHARE = 5;
/** Rows that move under the hand are asked for once in this time: an answer is drawn between two frames of the scroll. */
const MOVING_GAP_MS = 1_000;
/** A list moves until no scroll was heard of for this long. */
const MOVING_FOR_MS = 200;

export interface ListLive {
  /** Puts changed rows into every loaded list, and asks for a refetch where a list itself is out of date. */
  changes(frame: StreamFrame<"changes">): void;
  /** The last row in view: a refetch brings the pages down to it and no more. */
  view(lastRow: number): void;
  /** The list was scrolled. */
  moved(): void;
  close(): void;
}

/**
 * Live writer of the lists under `root`. Refetches at most once in 250 ms for each page it must bring again, once a second while the list
 * is scrolled, and less often than what is slow allows: a storm shows at once, and costs the gateway the same whether one page is open or
 * twenty.
 */
export function createListLive(options: {
  readonly client: QueryClient;
  readonly clock: Clock;
  readonly root: readonly string[];
  readonly inList: InList;
}): ListLive {
  const { client, clock, root, inList } = options;
  let lastRow = 0;
  let movedAt = Number.NEGATIVE_INFINITY;
  let costGapMs = 0;
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
    const askedAt = clock.monotonic();
    void client.invalidateQueries({ queryKey: root }).then(() => {
      // A further page the operator scrolled to cut it off: the pages above it are still to be asked for.
      if (lists().some((query) => query.isActive() && query.state.fetchMeta?.fetchMore !== undefined)) paced.ask();
      const answeredAt = clock.monotonic();
      const drawn = () => {
        costGapMs = Math.max(WAIT_SHARE * (answeredAt - askedAt), DRAW_SHARE * (clock.monotonic() - answeredAt));
      };
      // The cache tells its readers in the first turn, and they draw in the second.
      clock.schedule(0, () => clock.schedule(0, drawn));
    });
  };
  const isMoving = () => clock.monotonic() - movedAt < MOVING_FOR_MS;
  const gapMs = () => Math.max(REFETCH_GAP_MS * pagesInView(), costGapMs, isMoving() ? MOVING_GAP_MS : 0);
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
    moved() {
      movedAt = clock.monotonic();
    },
    close: () => paced.close(),
  };
}
