"use client";

import { needsDay } from "#app/_components/charts/time-words.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";

/** From when to when a chart looks, as clocks, with the day where it is long: what an empty one says it watched. */
export function useWindowBounds(): (stats: Pick<FleetStats, "from" | "to">) => { from: string; to: string } {
  const f = useFormatters();
  return (stats) => {
    const [from, to] = [Date.parse(stats.from), Date.parse(stats.to)];
    const word = needsDay(from, to) ? f.dayMinutes : f.clockMinutes;
    // A day stays with its hour where a sentence breaks.
    return { from: word(from).replaceAll(" ", "\u00a0"), to: word(to).replaceAll(" ", "\u00a0") };
  };
}
