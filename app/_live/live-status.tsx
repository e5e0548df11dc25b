"use client";

import { ServerClock } from "#app/_components/layout/server-clock.tsx";
import { LiveIndicator } from "#app/_components/ui/live-indicator.tsx";
import { useLive } from "./use-live.ts";
import { useTrueNow } from "./use-server-now.ts";

/** The top bar's word on the feed. */
export function LiveStatus() {
  const { status, seconds } = useLive();
  return <LiveIndicator status={status} seconds={seconds} />;
}

/** The top bar's clock: the server's, also while the page shows the past, or its last tick while stale. */
export function LiveClock() {
  const { status, lastTickAt } = useLive();
  const now = useTrueNow();
  const isStale = status === "stale";
  return <ServerClock now={isStale && lastTickAt !== null ? lastTickAt : now} stale={isStale} />;
}
