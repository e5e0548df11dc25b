import { DAY_MS, type Grouping, HOUR_MS, MINUTE_MS, type RollupSize } from "#lib/history/rollup.ts";
import type { Archive, StoredBegun, StoredRollup } from "#server/journal/archive.ts";
import type { Range } from "./fleet-history.ts";

type Rollups = Pick<Archive, "rollups">;

/** Up to here a window is read by the minute; a longer one is whole hours. */
export const BY_MINUTE_MS = 2 * DAY_MS + MINUTE_MS;
/** What the fold derives is told every second or few, with the sign of life at the latest: less than this is not missing. */
const TOLD_WITHIN_MS = 10_000;

/** Rows of one size. */
export interface Piece extends Range {
  readonly size: RollupSize;
}

/** How a window is read: which rows cover it, for series and for sums. */
export interface RollupPlan extends Range {
  /** Rows a series is made of: none is longer than its buckets may be. */
  readonly series: readonly Piece[];
  readonly sums: readonly Piece[];
  /** Length of the longest row of `series`. */
  readonly grain: RollupSize;
}

const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
const watchedOf = (rows: readonly StoredRollup[]): number =>
  rows.reduce((sum, { rollup }) => sum + rollup.watchedMs, 0);

/**
 * A window of whole minutes, a long one of whole hours (but for a `to` that is now). Where the minutes of a short one are gone it is
 * read by the hour, and is as much longer as makes its ends whole hours.
 */
export async function planRollups(archive: Rollups, { from, to }: Range): Promise<RollupPlan> {
  const hours: Piece = { size: HOUR_MS, from: hourOf(from), to };
  if (to - from > BY_MINUTE_MS) return { from: hours.from, to, series: [hours], sums: [hours], grain: HOUR_MS };
  if (!(await keepsMinutes(archive, hours))) {
    const whole = { ...hours, to: Math.ceil(to / HOUR_MS) * HOUR_MS };
    return { from: whole.from, to: whole.to, series: [whole], sums: [whole], grain: HOUR_MS };
  }
  const minutes: Piece = { size: MINUTE_MS, from, to };
  const inner = { from: Math.ceil(from / HOUR_MS) * HOUR_MS, to: hourOf(to) };
  if (inner.from >= inner.to) return { from, to, series: [minutes], sums: [minutes], grain: MINUTE_MS };
  const sums: Piece[] = [
    { size: MINUTE_MS, from, to: inner.from },
    { size: HOUR_MS, ...inner },
    { size: MINUTE_MS, from: inner.to, to },
  ];
  return { from, to, series: [minutes], sums: sums.filter((one) => one.from < one.to), grain: MINUTE_MS };
}

/** Minutes are kept for a shorter time than hours, and go oldest first: the oldest hour with anything in it tells. */
async function keepsMinutes(archive: Rollups, hours: Range): Promise<boolean> {
  const rows = await archive.rollups({ size: HOUR_MS, by: "fleet", from: hours.from, to: hours.to });
  const oldest = rows.find(({ rollup }) => rollup.watchedMs > 0);
  if (oldest === undefined) return true;
  const range = { by: "fleet", from: oldest.at, to: oldest.at + HOUR_MS } as const;
  return watchedOf(await archive.rollups({ ...range, size: MINUTE_MS })) >= oldest.rollup.watchedMs;
}

/** The rows of one grouping, oldest first. */
export async function readPieces(archive: Rollups, by: Grouping, pieces: readonly Piece[]): Promise<StoredRollup[]> {
  const rows: StoredRollup[] = [];
  for (const piece of pieces) for (const row of await archive.rollups({ ...piece, by })) rows.push(row);
  return rows;
}

/** As `readPieces`, but only how many outages began. */
export async function readBegun(
  archive: Pick<Archive, "begun">,
  by: Grouping,
  pieces: readonly Piece[],
): Promise<StoredBegun[]> {
  const rows: StoredBegun[] = [];
  for (const piece of pieces) for (const row of await archive.begun({ ...piece, by })) rows.push(row);
  return rows;
}

/**
 * Where what is stored of the fleet ends: at `to`, or a little before where `to` is now. Rows hold time up to the instant they were
 * told through and none ahead of it.
 */
export async function toldThrough(archive: Rollups, { from, to }: Range): Promise<number> {
  if (to % MINUTE_MS === 0) return to;
  const start = Math.max(from, Math.floor(to / MINUTE_MS) * MINUTE_MS - MINUTE_MS);
  const rows = await archive.rollups({ size: MINUTE_MS, by: "fleet", from: start, to });
  const missing = to - start - watchedOf(rows);
  return missing > 0 && missing <= TOLD_WITHIN_MS ? to - missing : to;
}
