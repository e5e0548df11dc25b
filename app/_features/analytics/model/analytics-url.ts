import { createLoader, createParser, type inferParserType, parseAsStringLiteral } from "nuqs/server";
import { instantText, parseInstant } from "#app/_live/moment.ts";
import type { StatsGrouping, StatsWindow } from "#lib/contracts/fleet.ts";

/** Ready-made windows and groupings; the API's own lists live behind zod, out of the browser's reach. */
export const WINDOWS = ["15m", "1h", "6h", "24h", "7d", "30d"] as const satisfies readonly StatsWindow[];
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

const LONGEST_MS = 366 * 86_400_000;

/** ISO 8601 in the address, epoch ms within. */
const parseAsInstant = createParser({ parse: parseInstant, serialize: instantText });

/** What Analytics keeps in its URL: `from` and `to` together are a custom window. A value spelt wrong reads as its default. */
export const analyticsParsers = {
  window: parseAsStringLiteral(WINDOWS).withDefault("24h"),
  from: parseAsInstant,
  to: parseAsInstant,
  by: parseAsStringLiteral(GROUPINGS).withDefault("reason"),
  sort: parseAsStringLiteral(SORTABLE).withDefault("outages"),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
};
export type AnalyticsUrl = inferParserType<typeof analyticsParsers>;
export const loadAnalyticsUrl = createLoader(analyticsParsers);

/** One of the ready-made windows, ending now, or a stretch of one's own (epoch ms). */
export type WindowChoice =
  | { readonly type: "last"; readonly window: StatsWindow }
  | { readonly type: "custom"; readonly from: number; readonly to: number };

/** Why a stretch cannot be a window; undefined where it can. */
export function windowFault(from: number, to: number): "order" | "length" | undefined {
  if (!(from < to)) return "order";
  return to - from > LONGEST_MS ? "length" : undefined;
}

/** The window a URL means: a custom one where both ends make sense, else the ready-made. */
export function windowChoice({ window, from, to }: Pick<AnalyticsUrl, "window" | "from" | "to">): WindowChoice {
  if (from === null || to === null || windowFault(from, to) !== undefined) return { type: "last", window };
  return { type: "custom", from, to };
}

/** What is asked of the API, in one order of keys so that equal questions share one cache entry. */
export interface StatsAsked {
  readonly window?: StatsWindow;
  readonly from?: string;
  readonly to?: string;
  readonly by: StatsGrouping;
  /** Zone of the heat map's hours. */
  readonly tz: string;
}

/** The question a choice of window asks, without grouping and zone: what the list of least stable dogs takes. */
export function boundsAsked(choice: WindowChoice): Pick<StatsAsked, "window" | "from" | "to"> {
  if (choice.type === "last") return { window: choice.window };
  return { from: instantText(choice.from), to: instantText(choice.to) };
}

export const statsAsked = (url: AnalyticsUrl, timeZone: string): StatsAsked => ({
  ...boundsAsked(windowChoice(url)),
  by: url.by,
  tz: timeZone,
});

const LENGTH_MS: Record<StatsWindow, number> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "6h": 21_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
};

/** How long a ready-made window is, in ms. */
export const lastMs = (window: StatsWindow): number => LENGTH_MS[window];

const REFRESH_MS: Record<StatsWindow, number> = {
  "15m": 10_000,
  "1h": 10_000,
  "6h": 30_000,
  "24h": 30_000,
  "7d": 60_000,
  "30d": 60_000,
};

/** How often a window is asked for again while the page is open; one that ended before now never changes. */
export function refreshMs(choice: WindowChoice, now: number): number {
  if (choice.type === "last") return REFRESH_MS[choice.window];
  return choice.to < now ? Number.POSITIVE_INFINITY : REFRESH_MS["24h"];
}
