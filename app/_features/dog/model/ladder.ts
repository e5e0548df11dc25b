import type { LadderEnd } from "#app/_components/charts/backoff-ladder.tsx";
import type { LadderDial } from "#app/_components/charts/ladder-columns.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";

type Schedule = DogDetail["schedule"];

/** Dials of the open outage as the ladder draws them; empty where none is open or nobody tells. */
export function ladderDials({ outage, row }: Pick<DogDetail, "outage" | "row">): LadderDial[] {
  return (outage?.ladder ?? []).map((step) => ({
    n: step.dial,
    waitMs: step.delay_ms,
    at: Date.parse(step.at),
    estimated: row.estimated,
  }));
}

/** How the ladder ends: a range ahead, an instant behind, or never (slow probe). */
export function ladderEnd({ outage, row, schedule }: Pick<DogDetail, "outage" | "row" | "schedule">): LadderEnd {
  const range = row.gives_up_at ?? outage?.gives_up_at ?? null;
  if (range === null || schedule.probe_ms !== null) return { type: "never" };
  const [from, to] = [Date.parse(range[0]), Date.parse(range[1])];
  return row.state === "gave_up"
    ? { type: "gave_up", at: to }
    : { type: "gives_up", from, to, estimated: row.estimated };
}

/** The dial now waited for and how many there are; null where the ladder is not known. */
export function dialNow(
  dials: readonly LadderDial[],
  now: number,
): { readonly dial: number; readonly of: number } | null {
  const last = dials.at(-1);
  if (last === undefined) return null;
  const next = dials.find((dial) => dial.at > now) ?? last;
  return { dial: next.n, of: last.n };
}

/** Dials of `dials` that lapsed without anybody hearing them. */
export const lapsedDials = (dials: readonly LadderDial[], now: number): number =>
  dials.filter((dial) => dial.at <= now).length;

/** The waits of a schedule between its dials, ms: doubling up to the longest. The first dial has none. */
export function plannedWaits(schedule: Schedule): number[] {
  return Array.from({ length: Math.min(schedule.max_retries, 40) }, (_, index) =>
    Math.min(schedule.max_delay_ms, schedule.base_delay_ms * 2 ** index),
  );
}
