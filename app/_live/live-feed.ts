import type { QueryClient } from "@tanstack/react-query";
import type { Clock } from "#lib/clock/clock.ts";
import { createLiveReplay } from "./live-replay.ts";
import { createLiveStore, type LiveStart } from "./live-store.ts";
import { writeLiveFrame, writeResync } from "./live-writers.ts";
import { openSharedStream, type SharedStreamPorts } from "./shared-stream.ts";

/** The cache tells us of a question a moment after it was asked. */
const NOTICE_MS = 100;

export interface LiveFeedOptions {
  readonly clock: Clock;
  readonly client: QueryClient;
  readonly start: LiveStart;
}

export type LiveFeed = ReturnType<typeof createLiveFeed>;

/** Stream, store and query cache put together: frames reach the writers, gaps refetch everything. */
export function createLiveFeed({ clock, client, start }: LiveFeedOptions) {
  const replay = createLiveReplay(clock);
  const askedAt = new Map<string, number>();
  const store = createLiveStore({
    clock,
    start,
    onData(frame) {
      replay.record(frame);
      writeLiveFrame(frame, client);
    },
    onResync() {
      replay.clear();
      void client.invalidateQueries();
      writeResync(client);
    },
  });
  const initial = store.getState();
  let retry = () => {};

  function watchAnswers(): () => void {
    return client.getQueryCache().subscribe((event) => {
      if (event.type !== "updated") return;
      const { action, query } = event;
      if (action.type === "fetch") askedAt.set(query.queryHash, clock.monotonic() - NOTICE_MS);
      if (action.type === "error") askedAt.delete(query.queryHash);
      if (action.type !== "success" || action.manual === true) return;
      const since = askedAt.get(query.queryHash);
      askedAt.delete(query.queryHash);
      if (since !== undefined) for (const frame of replay.since(since)) writeLiveFrame(frame, client);
    });
  }

  return {
    store,
    initialState: () => initial,
    retry: () => retry(),
    /** Runs the feed over the browser's ports until the result is called. */
    open(ports: SharedStreamPorts): () => void {
      store.start();
      const unwatch = watchAnswers();
      const stream = openSharedStream(ports, { frame: store.receive, lost: store.lost });
      retry = stream.retry;
      return () => {
        stream.close();
        unwatch();
        store.close();
      };
    },
  };
}
