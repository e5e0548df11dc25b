import type { FleetFold } from "#server/fleet/fleet-fold.ts";
import type { Archive } from "#server/journal/archive.ts";
import { fromRow, type RowKey } from "#server/journal/journal-store.ts";
import type { Slice } from "./slices.ts";

/** Events read at a time: reading and folding them takes about a slice. */
const PAGE = 1_000;

/** Dogs filed anew in one go: a wave of a whole fleet takes several. */
const MOST_AT_ONCE = 2_000;

export interface FoldedEvents {
  readonly count: number;
  /** The last event folded; what was given where there was none. */
  readonly through: RowKey;
}

/** Folds what is stored after a key, at most `most` events before the instant `to`. Time is moved to the last of them. */
export async function foldEvents(
  archive: Archive,
  fold: FleetFold,
  range: { readonly after: RowKey; readonly to?: number; readonly most?: number },
  slice: Slice,
): Promise<FoldedEvents> {
  const { to, most = Number.POSITIVE_INFINITY } = range;
  let { after } = range;
  let count = 0;
  while (count < most) {
    const limit = Math.min(PAGE, most - count);
    const rows = await archive.events({ after, limit, ...(to === undefined ? {} : { to }) });
    for (const row of rows) {
      const event = fromRow(row);
      fold.advance(event.at, MOST_AT_ONCE);
      if (fold.state.isBehind) await advanceTo(fold, event.at, slice);
      fold.ingest(event);
    }
    count += rows.length;
    const last = rows.at(-1);
    if (last !== undefined) after = { at: last.at, epoch: last.epoch, seq: last.seq };
    if (rows.length < limit) break;
    await slice();
  }
  return { count, through: after };
}

/** Moves time on, a wave in slices. */
export async function advanceTo(fold: FleetFold, at: number, slice: Slice): Promise<void> {
  fold.advance(at, MOST_AT_ONCE);
  while (fold.state.isBehind) {
    await slice();
    fold.advance(at, MOST_AT_ONCE);
  }
}
