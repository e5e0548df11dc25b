"use client";

import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { StatsWindow } from "#lib/contracts/fleet.ts";
import { overviewParsers, type StatsSpan, spanOf } from "../model/stats-window.ts";

export interface SpanChoice {
  readonly span: StatsSpan;
  setWindow(window: StatsWindow): void;
  setCustom(from: number, to: number): void;
}

/** The window of the charts; lives in the address. */
export function useStatsSpan(): SpanChoice {
  const [{ window, from, to }, write] = useQueryStates(overviewParsers, { history: "replace", scroll: false });
  return useMemo(
    () => ({
      span: spanOf({ window, from, to }),
      setWindow: (next) => void write({ window: next, from: null, to: null }),
      setCustom: (nextFrom, nextTo) => void write({ from: nextFrom, to: nextTo }),
    }),
    [window, from, to, write],
  );
}
