import { createLoader } from "nuqs/server";
import { windowParsers } from "#app/_stats-window/stats-window.ts";

/** What Overview keeps in its URL. A value the URL spells wrong reads as its default. */
export const overviewParsers = { ...windowParsers, window: windowParsers.window.withDefault("1h") };
export const loadOverviewUrl = createLoader(overviewParsers);
