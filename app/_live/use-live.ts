"use client";

import { useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";
import type { LiveState, LiveStatus } from "./live-store.ts";
import { useAt } from "./moment-context.ts";

/** The feed's state as a page may trust it: `past` where the page shows the fleet as it was. */
export interface ShownState extends Omit<LiveState, "status"> {
  readonly status: LiveStatus | "past";
}

export interface Live extends ShownState {
  /** Opens the stream again now ("Retry now"). */
  readonly retry: () => void;
}

/** How true the screen is. Changes with each tick (2 s), once a second while stale, and on a change of status. */
export function useLive(): Live {
  const { feed } = useFeed();
  const at = useAt();
  const state = useSyncExternalStore(feed.store.subscribe, feed.store.getState, feed.initialState);
  return { ...shown(state, at), retry: feed.retry };
}

/** One thing of the feed's state: the component is drawn again only when that changes. `select` must give a primitive. */
export function useLiveValue<T extends string | number | boolean | null>(select: (state: ShownState) => T): T {
  const { feed } = useFeed();
  const at = useAt();
  return useSyncExternalStore(
    feed.store.subscribe,
    () => select(shown(feed.store.getState(), at)),
    () => select(shown(feed.initialState(), at)),
  );
}

/** The past is never live: nothing may be acted on there, however well the feed is. */
const shown = (state: LiveState, at: number | null): ShownState =>
  at === null ? state : { ...state, status: "past", seconds: 0, isLocked: true };
