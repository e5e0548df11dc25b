import type { DogRow } from "#lib/contracts/reconnection.ts";

/** The order a pointer or a selection holds still, with the last row seen for each dog that may leave meanwhile. */
export interface HeldOrder {
  readonly ids: readonly string[];
  readonly rows: ReadonlyMap<string, DogRow>;
}

export interface ShownRows {
  readonly rows: readonly DogRow[];
  /** Rows that entered, left or moved since the order was held. */
  readonly changed: number;
}

/** Holds the order of what is shown now. */
export function holdOrder(rows: readonly DogRow[]): HeldOrder {
  return { ids: rows.map((row) => row.client_id), rows: new Map(rows.map((row) => [row.client_id, row])) };
}

/**
 * What to show while `held`: every held row in its place with its newest values, a dog that left as it was last seen. Rows
 * past the last held one (a further page) join at the end; anything else new waits and is counted.
 */
export function showHeld(held: HeldOrder | null, latest: readonly DogRow[]): ShownRows {
  if (held === null || held.ids.length === 0) return { rows: latest, changed: 0 };
  const byId = new Map(latest.map((row) => [row.client_id, row]));
  let lastHeld = -1;
  const stayed: string[] = [];
  for (const [index, row] of latest.entries()) {
    if (!held.rows.has(row.client_id)) continue;
    lastHeld = index;
    stayed.push(row.client_id);
  }
  const appended = stayed.length === 0 ? [] : latest.slice(lastHeld + 1);
  const left = held.ids.length - stayed.length;
  const entered = latest.length - stayed.length - appended.length;
  const shown = held.ids.map((id) => byId.get(id) ?? held.rows.get(id)).filter((row) => row !== undefined);
  return { rows: shown.concat(appended), changed: left + entered + countMoved(held, stayed) };
}

/** Fewest rows that must move for the held order to become the new one: all but the longest run already in order. */
function countMoved(held: HeldOrder, stayed: readonly string[]): number {
  const place = new Map(held.ids.map((id, index) => [id, index]));
  const tails: number[] = [];
  for (const id of stayed) {
    const at = place.get(id);
    if (at === undefined) continue;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? Number.POSITIVE_INFINITY) < at) low = middle + 1;
      else high = middle;
    }
    tails[low] = at;
  }
  return stayed.length - tails.length;
}
