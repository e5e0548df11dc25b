"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { StatsAsked } from "../model/analytics-url.ts";

/** What was answered, and its window in words: what every card of the page draws from. */
export interface StatsView {
  readonly stats: FleetStats;
  readonly asked: StatsAsked;
  /** "24 h", or how long a window of one's own is. */
  readonly span: string;
}

/** "24 h" for captions. */
export function useSpanWord(): (asked: StatsAsked, stats: Pick<FleetStats, "from" | "to">) => string {
  const t = useTranslations("window.words");
  const f = useFormatters();
  return (asked, { from, to }) =>
    asked.window === undefined ? f.duration(Date.parse(to) - Date.parse(from)) : t(asked.window);
}
