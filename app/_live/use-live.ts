"use client";

import { useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";
import type { LiveState } from "./live-store.ts";

export interface Live extends LiveState {
  /** Opens the stream again now ("Retry now"). */
  readonly retry: () => void;
}

/** How true the screen is. Changes with each tick (2 s), once a second while stale, and on a change of status. */
export function useLive(): Live {
  const { feed } = useFeed();
  const state = useSyncExternalStore(feed.store.subscribe, feed.store.getState, feed.initialState);
  return { ...state, retry: feed.retry };
}

/** One thing of the feed's state: the component is drawn again only when that changes. `select` must give a primitive. */
export function useLiveValue<T extends string | number | boolean | null>(select: (state: LiveState) => T): T {
  const { feed } = useFeed();
  return useSyncExternalStore(
    feed.store.subscribe,
    () => select(feed.store.getState()),
    () => select(feed.initialState()),
  );
}
