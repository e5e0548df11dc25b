"use client";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { browserClock } from "#app/_live/browser-clock.ts";
import { registerLiveWriter } from "#app/_live/live-writers.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import { createAnalyticsLive } from "../api/analytics-live.ts";
import { type Answered, analyticsQueries } from "../api/analytics-queries.ts";
import { type AnalyticsUrl, refreshMs, statsAsked } from "../model/analytics-url.ts";

export interface AnalyticsState {
  /** The last answer, which may be of another window while the next is on its way. */
  readonly answered: Answered | undefined;
  /** The gateway answers the four basic calls only. */
  readonly hasNoHistory: boolean;
  /** What is shown answers another question than the address asks. */
  readonly isOld: boolean;
  readonly error: Error | null;
  readonly isFetching: boolean;
  readonly retry: () => void;
}

/** Statistics of what the address asks. Changing it keeps the old drawing, marked, until the new one is there. */
export function useAnalytics(url: AnalyticsUrl): AnalyticsState {
  const { timeZone } = useFormatters();
  const isBasic = useLiveValue((live) => live.isBasic);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...analyticsQueries.stats(statsAsked(url, timeZone)),
    placeholderData: keepPreviousData,
    enabled: !isBasic,
  });
  const hasNoHistory = isBasic || (error instanceof ApiError && error.code === "unsupported_upstream");
  // Not deferred: a Back to before a reload is a transition of its own, and what is deferred would wait behind it.
  return { answered: data, hasNoHistory, isOld: isPlaceholderData, error, isFetching, retry: () => void refetch() };
}

const MINUTE_MS = 60_000;

/** Keeps the page true while it is open, as often as the window can change. */
export function useAnalyticsLive(span: StatsSpan): void {
  const client = useQueryClient();
  const now = useServerNow(MINUTE_MS);
  const gap = useRef(0);
  useEffect(() => {
    gap.current = refreshMs(span, now);
  }, [span, now]);
  useEffect(() => registerLiveWriter(createAnalyticsLive(client, browserClock, () => gap.current)), [client]);
}
