"use client";

import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";

/** From when to when a chart looks, as clocks: what an empty one says it watched. */
export function useWindowBounds(): (stats: Pick<FleetStats, "from" | "to">) => { from: string; to: string } {
  const f = useFormatters();
  return ({ from, to }) => ({ from: f.clockMinutes(Date.parse(from)), to: f.clockMinutes(Date.parse(to)) });
}
