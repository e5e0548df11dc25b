"use client";

import { useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";

/** The server's clock in epoch ms, in steps of `stepMs`; all users share one ticker. Stands still when stale. */
export function useServerNow(stepMs = 250): number {
  const { feed, start } = useFeed();
  const floor = (now: number) => Math.floor(now / stepMs) * stepMs;
  return useSyncExternalStore(
    feed.store.subscribeClock,
    () => floor(feed.store.serverNow()),
    () => floor(start.now),
  );
}
