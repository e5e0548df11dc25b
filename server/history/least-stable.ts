import type { LeastStable } from "#lib/contracts/fleet.ts";
import type { DogDay } from "#lib/history/derived.ts";
import { DAY_MS } from "#lib/history/rollup.ts";
import type { Archive } from "#server/journal/archive.ts";
import type { Range } from "./fleet-history.ts";

/** Up to here the outages themselves are counted; a longer window is made of the days that are kept of each dog. */
const COUNTED_MS = 2 * DAY_MS;

const isLong = ({ from, to }: Range): boolean => to - from > COUNTED_MS + 60_000;

/** The window that is answered for: a long one begins with a whole day (UTC). */
export function leastStableRange({ from, to }: Range): Range {
  return isLong({ from, to }) ? { from: Math.floor(from / DAY_MS) * DAY_MS, to } : { from, to };
}

/** The dogs with the most outages begun in the window of `leastStableRange`. */
export async function leastStableOf(
  archive: Pick<Archive, "leastStable" | "leastStableOf">,
  { limit, ...range }: Range & { readonly limit: number },
): Promise<readonly Omit<LeastStable["items"][number], "state" | "site">[]> {
  const { from, to } = leastStableRange(range);
  const sums = isLong(range)
    ? await archive.leastStable({ from, to, limit })
    : await archive.leastStableOf({ from, to, limit });
  return sums.map(toItem);
}

function toItem({ sn, outages, recovered, gaveUp, recoverMs, flaps }: Omit<DogDay, "day">) {
  return {
    client_id: sn,
    outages,
    recovered,
    gave_up: gaveUp,
    flaps,
    mean_recover_ms: recovered === 0 ? null : Math.round(recoverMs / recovered),
  };
}
