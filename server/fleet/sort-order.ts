import type { DogExport, SortKey } from "#lib/contracts/reconnection.ts";
import { DOG_STATES, type DogState } from "#lib/fleet/dog.ts";
import { REASON_CODES } from "#lib/reconnection/reason-code.ts";
import type { SortValue } from "./cursor.ts";
import type { Order, Place } from "./pick.ts";
import type { Roster } from "./roster.ts";

/** Reads worst first. */
const STATE_RANK: Record<DogState, number> = {
  gave_up: 0,
  refused: 1,
  probing: 2,
  reconnecting: 3,
  settling: 4,
  silent: 5,
  connected: 6,
  offline: 7,
  retired: 8,
};
const RANK_OF_STATE = Float64Array.from(DOG_STATES, (state) => STATE_RANK[state]);

/** What a list is sorted by: a number per slot, NaN for what comes last in either order. */
interface SortColumn {
  numberOf(slot: number): number;
  /** The number as a cursor carries it, and back. */
  valueOf(number: number): SortValue;
  placeOf(value: SortValue): number;
}

/** The slots of a list with what orders them; equal ones go by serial number. It stays what it is while the fleet moves. */
export interface SlotOrder extends Order {
  readonly slots: Uint32Array;
  valueAt(position: number): SortValue;
  placeAt(position: number): Place;
  /** Where a row with this value and name would stand, as names are ordered now: ask while the list is new. */
  placeOf(value: SortValue, sn: string): Place;
}

export function orderOf(roster: Roster, slots: Uint32Array, { sort, order }: DogExport): SlotOrder {
  const column = sortColumn(roster, slots, sort);
  const sign = order === "asc" ? 1 : -1;
  // By time and by name the two orders mirror each other; elsewhere names ascend whichever way the rest goes.
  const tieSign = sort === "since" || sort === "sn" ? sign : 1;
  const ranks = roster.names.ranks();
  const keys = new Float64Array(slots.length);
  const ties = new Int32Array(slots.length);
  const keyOf = (number: number) => (Number.isNaN(number) ? Number.POSITIVE_INFINITY : sign * number);
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] ?? 0;
    keys[i] = keyOf(column.numberOf(slot));
    ties[i] = tieSign * (ranks[slot] ?? 0);
  }
  return {
    slots,
    keys,
    ties,
    valueAt(position) {
      const key = keys[position] ?? Number.POSITIVE_INFINITY;
      return key === Number.POSITIVE_INFINITY ? null : column.valueOf(sign * key);
    },
    placeAt: (position) => ({ key: keys[position] ?? Number.NaN, tie: ties[position] ?? Number.NaN }),
    placeOf: (value, sn) => ({
      key: keyOf(value === null ? Number.NaN : column.placeOf(value)),
      tie: tieSign * roster.names.placeOf(sn),
    }),
  };
}

function sortColumn({ columns, words }: Roster, slots: Uint32Array, sort: SortKey): SortColumn {
  const byWord = (column: Uint32Array) => ranked(column, words.size, (id) => words.wordOf(id), slots);
  switch (sort) {
    case "since":
      return numbers((slot) => columns.since[slot]);
    case "sn":
      return numbers(() => 0);
    case "state":
      return numbers((slot) => RANK_OF_STATE[columns.state[slot] ?? 0]);
    case "reason":
      return ranked(columns.reason, REASON_CODES.length + 1, (id) => REASON_CODES[id - 1] ?? null, slots);
    case "attempts":
      return numbers((slot) => columns.attempts[slot]);
    case "next_retry":
      return numbers((slot) => columns.nextRetryAt[slot]);
    case "gives_up_at":
      return numbers((slot) => columns.givesUpAt[slot]);
    case "network":
      return byWord(columns.network);
    case "gateway":
      return byWord(columns.gateway);
    case "last_event":
      return numbers((slot) => columns.lastEventAt[slot]);
    case "last_seen":
      return numbers((slot) => columns.lastSeenAt[slot]);
    case "flaps":
      return numbers((slot) => columns.flaps[slot]);
  }
}

function numbers(read: (slot: number) => number | undefined): SortColumn {
  return {
    numberOf: (slot) => read(slot) ?? Number.NaN,
    valueOf: (number) => number,
    placeOf: (value) => (typeof value === "number" ? value : Number.NaN),
  };
}

/** Words by their place among those the list has. */
function ranked(
  column: Uint8Array | Uint32Array,
  ids: number,
  wordOf: (id: number) => string | null,
  slots: Uint32Array,
): SortColumn {
  const used = new Uint8Array(ids);
  for (const slot of slots) used[column[slot] ?? 0] = 1;
  const words: { readonly id: number; readonly word: string }[] = [];
  for (let id = 0; id < ids; id++) {
    const word = used[id] === 1 ? wordOf(id) : null;
    if (word !== null) words.push({ id, word });
  }
  words.sort((a, b) => (a.word < b.word ? -1 : 1));
  const ranks = new Float64Array(ids).fill(Number.NaN);
  for (const [rank, { id }] of words.entries()) ranks[id] = rank;
  return {
    numberOf: (slot) => ranks[column[slot] ?? 0] ?? Number.NaN,
    valueOf: (rank) => words[rank]?.word ?? null,
    placeOf(value) {
      const next = words.findIndex(({ word }) => typeof value === "string" && word >= value);
      const place = next < 0 ? words.length : next;
      return words[place]?.word === value ? place : place - 0.5;
    },
  };
}
