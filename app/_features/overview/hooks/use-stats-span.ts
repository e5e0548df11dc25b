"use client";

import { useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { SpanChoice } from "#app/_stats-window/span-picker.tsx";
import { spanOf } from "#app/_stats-window/stats-window.ts";
import { overviewParsers } from "../model/overview-url.ts";

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
