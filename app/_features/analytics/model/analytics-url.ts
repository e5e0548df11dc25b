import { createLoader, type inferParserType, parseAsStringLiteral } from "nuqs/server";
import { type StatsSpan, type StatsWanted, spanOf, wantedOf, windowParsers } from "#app/_stats-window/stats-window.ts";
import type { StatsGrouping, StatsWindow } from "#lib/contracts/fleet.ts";

/** The API's own list lives behind zod, out of the browser's reach. */
export const GROUPINGS = [
  "reason",
  "network",
  "gateway",
  "app",
  "firmware",
  "site",
] as const satisfies readonly StatsGrouping[];
/** Columns the breakdown is sorted by. */
export const SORTABLE = [
  "key",
  "outages",
  "success",
  "gave_up",
  "p50",
  "p95",
  "availability",
  "between",
  "flaps",
] as const;
export type BreakdownSort = (typeof SORTABLE)[number];

/** What Analytics keeps in its URL. A value spelt wrong reads as its default. */
export const analyticsParsers = {
  ...windowParsers,
  window: windowParsers.window.withDefault("24h"),
  by: parseAsStringLiteral(GROUPINGS).withDefault("reason"),
  sort: parseAsStringLiteral(SORTABLE).withDefault("outages"),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
};
export type AnalyticsUrl = inferParserType<typeof analyticsParsers>;
export const loadAnalyticsUrl = createLoader(analyticsParsers);

/** What is asked of the API, in one order of keys so that equal questions share one cache entry. */
export interface StatsAsked extends StatsWanted {
  readonly by: StatsGrouping;
  /** Zone of the heat map's hours. */
  readonly tz: string;
}

export const statsAsked = (url: AnalyticsUrl, timeZone: string): StatsAsked => ({
  ...wantedOf(spanOf(url), null),
  by: url.by,
  tz: timeZone,
});

const REFRESH_MS: Record<StatsWindow, number> = {
  "15m": 10_000,
  "1h": 10_000,
  "6h": 30_000,
  "24h": 30_000,
  "7d": 60_000,
  "30d": 60_000,
};

/** How often a window is asked for again while the page is open; one that ended before now never changes. */
export function refreshMs(span: StatsSpan, now: number): number {
  if (span.type === "window") return REFRESH_MS[span.window];
  return span.to < now ? Number.POSITIVE_INFINITY : REFRESH_MS["24h"];
}
