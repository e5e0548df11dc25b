import { createParser, parseAsStringLiteral } from "nuqs/server";
import { instantText, parseInstant } from "#app/_live/moment.ts";
import type { StatsWindow } from "#lib/contracts/fleet.ts";

/** Ready-made windows; the API's own list lives behind zod, out of the browser's reach. */
export const WINDOWS = ["15m", "1h", "6h", "24h", "7d", "30d"] as const satisfies readonly StatsWindow[];

const HOUR_MS = 3_600_000;
export const WINDOW_MS: Record<StatsWindow, number> = {
  "15m": HOUR_MS / 4,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
  "30d": 720 * HOUR_MS,
};

const parseAsInstant = createParser({ parse: parseInstant, serialize: instantText });

/** A window in an address: a page gives `window` its default. `from` and `to` together go before it. */
export const windowParsers = {
  window: parseAsStringLiteral(WINDOWS),
  from: parseAsInstant,
  to: parseAsInstant,
};
interface WindowUrl {
  readonly window: StatsWindow;
  readonly from: number | null;
  readonly to: number | null;
}

/** What the charts look at: a window that ends now (or at the moment shown), or one with bounds of its own (epoch ms). */
export type StatsSpan =
  | { readonly type: "window"; readonly window: StatsWindow }
  | { readonly type: "custom"; readonly from: number; readonly to: number };

/** Longest the API takes: a year of hours. */
const LONGEST_MS = 366 * 24 * HOUR_MS;

/** Why two instants (epoch ms) bound no window; undefined where they do. */
export function spanFault(from: number | null, to: number | null): "missing" | "order" | "length" | undefined {
  if (from === null || to === null) return "missing";
  if (from >= to) return "order";
  return to - from > LONGEST_MS ? "length" : undefined;
}

/** The window an address means: one with bounds of its own where they make sense, else the ready-made. */
export function spanOf({ window, from, to }: WindowUrl): StatsSpan {
  if (from === null || to === null || spanFault(from, to) !== undefined) return { type: "window", window };
  return { type: "custom", from, to };
}

/** The span's bounds at `now` (epoch ms). */
export function spanBounds(span: StatsSpan, now: number): { readonly from: number; readonly to: number } {
  return span.type === "custom" ? { from: span.from, to: span.to } : { from: now - WINDOW_MS[span.window], to: now };
}

/** What the API is asked: never beyond the moment shown (`at`), which is what a window ends at. */
export interface StatsWanted {
  readonly window?: StatsWindow;
  readonly from?: string;
  readonly to?: string;
}
export function wantedOf(span: StatsSpan, at: number | null): StatsWanted {
  if (span.type === "window")
    return at === null ? { window: span.window } : { window: span.window, to: instantText(at) };
  if (at !== null && at <= span.from) return { window: "1h", to: instantText(at) };
  const to = at === null ? span.to : Math.min(at, span.to);
  return { from: instantText(span.from), to: instantText(to) };
}
