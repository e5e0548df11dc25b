"use client";

import { useTranslations } from "use-intl/react";
import { needsDay } from "#app/_components/charts/time-words.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";

/** "1 h", or "02:10 to 02:40" of a window with bounds of its own: for captions. */
export function useWindowWords(): (span: StatsSpan) => string {
  const t = useTranslations("window");
  const f = useFormatters();
  return (span) => {
    if (span.type === "window") return t(`words.${span.window}`);
    const word = needsDay(span.from, span.to) ? f.dayMinutes : f.clockMinutes;
    return t("bounds", { from: word(span.from), to: word(span.to) });
  };
}
