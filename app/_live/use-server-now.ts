"use client";

import { useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";

/**
 * The server's clock in epoch ms, in steps of `stepMs` counted from `anchor`; all users share one ticker. A count of whole seconds to or
 * from an instant takes that instant as its anchor: it is drawn once a second, as its figure turns. Stands still when stale.
 */
export function useServerNow(stepMs = 250, anchor: number | null = 0): number {
  const from = anchor ?? 0;
  return useServerTime((now) => from + Math.floor((now - from) / stepMs) * stepMs);
}

/** What `select` makes of the server's clock: a primitive, or an object that keeps its identity. Drawn again only when that changes. */
export function useServerTime<T>(select: (now: number) => T): T {
  const { feed, start } = useFeed();
  return useSyncExternalStore(
    feed.store.subscribeClock,
    () => select(feed.store.serverNow()),
    () => select(start.now),
  );
}
