import type { Clock } from "#lib/clock/clock.ts";
import { DAY_MS, emptyRollup, type Grouping, HOUR_MS, mergeRollup, type Rollup } from "#lib/history/rollup.ts";
import type { Archive, StoredRollup } from "#server/journal/archive.ts";
import type { Range } from "./fleet-history.ts";
import { type Piece, readPieces } from "./rollup-reads.ts";
import { createSlice } from "./slices.ts";

/** Sums by key. Tables no metric of a group is made of are left out. */
export type Sums = Map<string, Rollup>;

/** A day this long over changes only where an outage of days is decided: its sums are good for a while. */
const SETTLED_MS = 2 * DAY_MS;
const GOOD_MS = 600_000;
/** Sums held, some 2 KB each: a month of 200 groups. */
const MOST_HELD = 6_000;
const NOT_ASKED = {};

/** The groups of a window, each added up. Days that are long over are added up once in ten minutes. */
export interface GroupSums {
  read(archive: Pick<Archive, "rollups">, by: Grouping, pieces: readonly Piece[]): Promise<Sums>;
}

interface Day {
  readonly sums: Sums;
  readonly until: number;
}

export function createGroupSums(clock: Clock): GroupSums {
  const days = new Map<string, Day>();
  let held = 0;

  function forget(key: string): void {
    held -= days.get(key)?.sums.size ?? 0;
    days.delete(key);
  }
  function keep(key: string, sums: Sums): void {
    forget(key);
    days.set(key, { sums, until: clock.monotonic() + GOOD_MS });
    held += sums.size;
    for (const oldest of days.keys()) {
      if (held <= MOST_HELD || oldest === key) return;
      forget(oldest);
    }
  }
  async function dayOf(archive: Pick<Archive, "rollups">, by: Grouping, day: Range): Promise<Sums> {
    const key = `${by} ${day.from}`;
    const known = days.get(key);
    if (known && clock.monotonic() < known.until) return known.sums;
    const sums = added(new Map(), await readPieces(archive, by, [{ size: HOUR_MS, ...day }]));
    if (day.to <= clock.now() - SETTLED_MS) keep(key, sums);
    return sums;
  }
  return {
    async read(archive, by, pieces) {
      const slice = createSlice(clock);
      const sums: Sums = new Map();
      for (const piece of pieces) {
        for (const day of daysOf(piece)) {
          if (piece.size === HOUR_MS && day.to - day.from === DAY_MS) merge(sums, await dayOf(archive, by, day));
          else added(sums, await readPieces(archive, by, [{ ...piece, ...day }]));
          await slice();
        }
      }
      return sums;
    },
  };
}

/** A stretch cut at the ends of its days (UTC). */
function* daysOf({ from, to }: Range): Generator<Range> {
  for (let at = from; at < to; ) {
    const end = Math.min(to, (Math.floor(at / DAY_MS) + 1) * DAY_MS);
    yield { from: at, to: end };
    at = end;
  }
}

function added(sums: Sums, rows: readonly StoredRollup[]): Sums {
  for (const { key, rollup } of rows) add(sums, key, { ...rollup, delaysMs: NOT_ASKED, decidedRecoverMs: NOT_ASKED });
  return sums;
}

function merge(sums: Sums, more: Sums): void {
  for (const [key, rollup] of more) add(sums, key, rollup);
}

function add(sums: Sums, key: string, rollup: Rollup): void {
  sums.set(key, mergeRollup(sums.get(key) ?? emptyRollup(), rollup));
}
