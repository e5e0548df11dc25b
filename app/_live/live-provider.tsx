"use client";

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { browserClock } from "./browser-clock.ts";
import { browserPorts } from "./browser-ports.ts";
import { createLiveFeed, type LiveFeed } from "./live-feed.ts";
import type { LiveStart, LiveState } from "./live-store.ts";
import { type LiveWriter, registerLiveWriter } from "./live-writers.ts";

const LiveContext = createContext<{ readonly feed: LiveFeed; readonly start: LiveStart } | undefined>(undefined);

/** The live feed of this browser. `start` is what the server knew when it drew the page. Needs a QueryClientProvider above it. */
export function LiveProvider(props: { readonly start: LiveStart; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [value] = useState(() => ({
    feed: createLiveFeed({ clock: browserClock, client, start: props.start }),
    start: props.start,
  }));
  useEffect(() => value.feed.open(browserPorts()), [value]);
  useEffect(() => {
    const tell = () => value.feed.store.setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [value]);
  return <LiveContext value={value}>{props.children}</LiveContext>;
}

function useFeed() {
  const value = useContext(LiveContext);
  if (value === undefined) throw new Error("useLive needs a LiveProvider above it");
  return value;
}

export interface Live extends LiveState {
  /** Opens the stream again now ("Retry now"). */
  readonly retry: () => void;
}

/** How true the screen is. Changes rarely: once a second while stale, else on a change of status (and `lastTickAt` every 2 s). */
export function useLive(): Live {
  const { feed } = useFeed();
  const state = useSyncExternalStore(feed.store.subscribe, feed.store.getState, feed.initialState);
  return { ...state, retry: feed.retry };
}

/** Whether acting buttons are off, and for how many seconds no tick came. Re-renders only when that changes. */
export function useIsLocked(): boolean {
  const { feed } = useFeed();
  return useSyncExternalStore(
    feed.store.subscribe,
    () => feed.store.getState().isLocked,
    () => feed.initialState().isLocked,
  );
}

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

/** Registers a feature's writer while the component is mounted. `writer` must be a constant. */
export function useLiveWriter(writer: LiveWriter): void {
  useEffect(() => registerLiveWriter(writer), [writer]);
}
