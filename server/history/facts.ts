import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import type { HistoryFacts } from "./fleet-history.ts";
import type { Past } from "./past.ts";

/** Counted no further: by then the snapshots are far behind. */
const MOST_LAG = 100_000;

/** How the past keeps up: a few index reads, whatever is stored. */
export async function factsOf({ archive, moments }: Pick<Past, "archive" | "moments">): Promise<HistoryFacts> {
  const snapshot = await archive.snapshot(FOLD_VERSION, null);
  const bounds = await archive.bounds();
  const until = bounds?.newest.at ?? 0;
  return {
    snapshotAt: snapshot?.at ?? null,
    lag: await archive.countEvents(snapshot?.through ?? null, until, MOST_LAG),
    earliest: await moments.earliest(),
    oldestAt: (await archive.horizon())?.at ?? bounds?.oldest.at ?? null,
    bytes: await archive.bytes(),
  };
}
