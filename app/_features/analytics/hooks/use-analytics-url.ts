"use client";

import { useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import type { SpanChoice } from "#app/_stats-window/span-picker.tsx";
import { spanOf } from "#app/_stats-window/stats-window.ts";
import type { StatsGrouping } from "#lib/contracts/fleet.ts";
import { type AnalyticsUrl, analyticsParsers, type BreakdownSort } from "../model/analytics-url.ts";

export interface AnalyticsUrlState extends SpanChoice {
  readonly url: AnalyticsUrl;
  setBy(by: StatsGrouping): void;
  /** The same column again turns its order round; names begin with the first, numbers with the largest. */
  setSort(sort: BreakdownSort): void;
}

/** Window, grouping and order live in the address: they can be shared, and Back undoes each. */
export function useAnalyticsUrl(): AnalyticsUrlState {
  const [url, write] = useQueryStates(analyticsParsers, { history: "push", scroll: false });
  const set = useCallback((change: Parameters<typeof write>[0]) => void write(change), [write]);
  return useMemo(
    () => ({
      url,
      span: spanOf(url),
      setWindow: (window) => set({ window, from: null, to: null }),
      setCustom: (from, to) => set({ from, to }),
      setBy: (by) => set({ by, sort: null, order: null }),
      setSort: (sort) => {
        const first = sort === "key" ? "asc" : "desc";
        const other = first === "asc" ? "desc" : "asc";
        set({ sort, order: url.sort === sort && url.order === first ? other : first });
      },
    }),
    [url, set],
  );
}
