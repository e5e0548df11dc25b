import { createLoader, parseAsStringLiteral } from "nuqs/server";
import type { StatsWindow } from "#lib/contracts/fleet.ts";

/** Windows the gateway keeps; the API's own list lives behind zod, out of the browser's reach. */
export const WINDOWS = ["15m", "1h"] as const satisfies readonly StatsWindow[];

/** What Overview keeps in its URL. A value the URL spells wrong reads as its default. */
export const overviewParsers = { window: parseAsStringLiteral(WINDOWS).withDefault("1h") };
export const loadOverviewUrl = createLoader(overviewParsers);
