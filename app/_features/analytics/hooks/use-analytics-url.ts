"use client";

import { useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import type { StatsGrouping, StatsWindow } from "#lib/contracts/fleet.ts";
import {
  type AnalyticsUrl,
  analyticsParsers,
  type BreakdownSort,
  type WindowChoice,
  windowChoice,
} from "../model/analytics-url.ts";

export interface AnalyticsUrlState {
  readonly url: AnalyticsUrl;
  readonly choice: WindowChoice;
  setWindow(window: StatsWindow): void;
  /** A stretch of one's own, epoch ms. */
  setCustom(from: number, to: number): void;
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
      choice: windowChoice(url),
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
