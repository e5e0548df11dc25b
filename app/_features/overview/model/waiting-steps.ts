import type { FleetStats } from "#lib/contracts/fleet.ts";

const FIRST_STEPS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** Dogs waiting by backoff step, the usual first steps always shown. */
export function waitingSteps(waiting: FleetStats["delays"]["waiting"]): { delayMs: number; count: number }[] {
  const counts = new Map(FIRST_STEPS_MS.map((step) => [step, 0]));
  for (const { delay_ms, count } of waiting) counts.set(delay_ms, (counts.get(delay_ms) ?? 0) + count);
  return [...counts].map(([delayMs, count]) => ({ delayMs, count })).sort((a, b) => a.delayMs - b.delayMs);
}
