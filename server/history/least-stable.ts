import type { DogDay } from "#lib/history/derived.ts";
import { DAY_MS } from "#lib/history/rollup.ts";
import type { Archive } from "#server/journal/archive.ts";
import type { LeastStableDog, Range } from "./fleet-history.ts";
import { type TimelineSources, timelineOf } from "./timeline.ts";

/** Up to here the outages themselves are counted; a longer window is made of the days that are kept of each dog. */
const COUNTED_MS = 2 * DAY_MS;

const isLong = ({ from, to }: Range): boolean => to - from > COUNTED_MS + 60_000;

/** The window that is answered for: a long one begins with a whole day (UTC). */
export function leastStableRange({ from, to }: Range): Range {
  return isLong({ from, to }) ? { from: Math.floor(from / DAY_MS) * DAY_MS, to } : { from, to };
}

/** The dogs with the most outages begun in the window of `leastStableRange`. */
export async function leastStableOf(
  sources: TimelineSources & { readonly archive: Pick<Archive, "leastStable" | "leastStableOf"> },
  { limit, ...range }: Range & { readonly limit: number },
): Promise<readonly LeastStableDog[]> {
  const { from, to } = leastStableRange(range);
  if (isLong(range)) return (await sources.archive.leastStable({ from, to, limit })).map(toItem);
  const items: LeastStableDog[] = [];
  for (const sums of await sources.archive.leastStableOf({ from, to, limit })) {
    // Outages do not tell flaps: those of so few dogs are counted from their events.
    const told = await timelineOf(sources, sums.sn, { from, to });
    items.push({ ...toItem(sums), flaps: told?.stability.flaps ?? 0 });
  }
  return items;
}

function toItem({ sn, outages, recovered, gaveUp, recoverMs, flaps }: Omit<DogDay, "day">): LeastStableDog {
  return {
    client_id: sn,
    outages,
    recovered,
    gave_up: gaveUp,
    flaps,
    mean_recover_ms: recovered === 0 ? null : Math.round(recoverMs / recovered),
  };
}
