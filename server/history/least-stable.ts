import type { DogDay } from "#lib/history/derived.ts";
import { DAY_MS } from "#lib/history/rollup.ts";
import type { Archive } from "#server/journal/archive.ts";
import { flapsOf } from "./flaps.ts";
import type { LeastStableDog, Range } from "./fleet-history.ts";
import { createSlice } from "./slices.ts";
import { type TimelineSources, watchOf } from "./timeline.ts";

/** Up to here the outages themselves are counted; a longer window is made of the days that are kept of each dog. */
const COUNTED_MS = 2 * DAY_MS;

const isLong = ({ from, to }: Range): boolean => to - from > COUNTED_MS + 60_000;

/** The window that is answered for: a long one is whole days (UTC), the last as far as it has been. */
export function leastStableRange({ from, to }: Range, now: number): Range {
  if (!isLong({ from, to })) return { from, to };
  return { from: Math.floor(from / DAY_MS) * DAY_MS, to: Math.min(Math.ceil(to / DAY_MS) * DAY_MS, Math.max(to, now)) };
}

/** The dogs with the most outages begun in the window of `leastStableRange`. */
export async function leastStableOf(
  sources: TimelineSources & { readonly archive: Pick<Archive, "leastStable" | "leastStableOf"> },
  { limit, ...range }: Range & { readonly limit: number },
): Promise<readonly LeastStableDog[]> {
  const { from, to } = leastStableRange(range, range.to);
  if (isLong(range)) return (await sources.archive.leastStable({ from, to, limit })).map(toItem);
  const items: LeastStableDog[] = [];
  const slice = createSlice(sources.clock);
  const dogs = await sources.archive.leastStableOf({ from, to, limit });
  const watchEvents = dogs.length === 0 ? [] : (await watchOf(sources.archive, slice)).events();
  for (const sums of dogs) {
    // Outages do not tell flaps: those of so few dogs are counted from their events.
    const flaps = await flapsOf(sources, { sn: sums.sn, from, to, watchEvents }, slice);
    items.push({ ...toItem(sums), flaps });
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
