"use client";

import { useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";
import { useAt } from "./moment-context.ts";

/**
 * The clock of what the page shows, in epoch ms and in steps of `stepMs` counted from `anchor`: the server's, or the moment looked at,
 * where it stands still. All users share one ticker. A count of whole seconds to or from an instant takes that instant as its anchor:
 * it is drawn once a second, as its figure turns. Stands still when stale.
 */
export function useServerNow(stepMs = 250, anchor: number | null = 0): number {
  const from = anchor ?? 0;
  return useServerTime((now) => from + Math.floor((now - from) / stepMs) * stepMs);
}

/** What `select` makes of that clock: a primitive, or an object that keeps its identity. Drawn again only when that changes. */
export function useServerTime<T>(select: (now: number) => T): T {
  const { feed, start } = useFeed();
  const at = useAt();
  return useSyncExternalStore(
    at === null ? feed.store.subscribeClock : standingStill,
    () => select(at ?? feed.store.serverNow()),
    () => select(at ?? start.now),
  );
}

/** The server's own clock, also while the page shows the past: how long ago that is. */
export function useTrueNow(stepMs = 1_000): number {
  const { feed, start } = useFeed();
  const step = (now: number) => Math.floor(now / stepMs) * stepMs;
  return useSyncExternalStore(
    feed.store.subscribeClock,
    () => step(feed.store.serverNow()),
    () => step(start.now),
  );
}

const standingStill = () => () => {};
