"use client";

import { createContext, useContext } from "react";
import type { LiveFeed } from "./live-feed.ts";
import type { LiveStart } from "./live-store.ts";

export interface LiveContextValue {
  readonly feed: LiveFeed;
  readonly start: LiveStart;
}

export const LiveContext = createContext<LiveContextValue | undefined>(undefined);

/** The feed of the LiveProvider above. */
export function useFeed(): LiveContextValue {
  const value = useContext(LiveContext);
  if (value === undefined) throw new Error("the live feed needs a LiveProvider above it");
  return value;
}
