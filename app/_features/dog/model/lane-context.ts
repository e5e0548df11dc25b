import type { LaneView } from "#app/_components/charts/lane-view.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Stretches the whole lane shows, ending now. */
export const CONTEXTS = ["1h", "24h", "7d", "30d"] as const;
export type LaneContext = (typeof CONTEXTS)[number];
export const CONTEXT_MS: Record<LaneContext, number> = {
  "1h": HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
};

/** The whole lane's stretch: the one chosen, or the next longer one that holds the view. */
export function contextFor(view: LaneView | null, chosen: LaneContext, now: number): LaneContext {
  if (view === null) return chosen;
  const holds = (context: LaneContext) =>
    CONTEXT_MS[context] >= CONTEXT_MS[chosen] && view.from >= now - CONTEXT_MS[context];
  return CONTEXTS.find(holds) ?? "30d";
}
