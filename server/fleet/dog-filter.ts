import type { DogFilter, DogPage } from "#lib/contracts/reconnection.ts";
import { DOG_STATES, type DogState } from "#lib/fleet/dog.ts";
import { labelOf, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Scope } from "./fleet-reader.ts";
import { REASON_NUMBER, type Roster, STATE_NUMBER, statesOf } from "./roster.ts";

/** The slots a filter leaves, and how many of each state there are without the filter's own. */
export interface Matches {
  readonly slots: Uint32Array;
  readonly byState: DogPage["by_state"];
}

/** Looks through the roster column by column: each test is one pass over what the ones before it left. */
export function matchesOf(roster: Roster, filter: DogFilter, scope: Scope): Matches {
  const { columns } = roster;
  const slots = new Uint32Array(roster.size);
  const inScope = [...statesOf(scope), ...(scope === "all" ? retiredIn(filter) : [])];
  let left = fill(slots, columns.state, stateTable(inScope));
  const { category, reason, network, gateway, site, app_id: appId } = filter;
  if (category)
    left = keep(
      slots,
      left,
      columns.reason,
      reasonTable((code) => category.includes(REASONS[code].category)),
    );
  if (reason)
    left = keep(
      slots,
      left,
      columns.reason,
      reasonTable((code) => reason.includes(code)),
    );
  for (const [column, word] of [
    [columns.network, network],
    [columns.gateway, gateway],
    [columns.site, site],
    [columns.appId, appId],
  ] as const) {
    if (word !== undefined) left = keepWord(slots, left, column, roster.words.idOf(word));
  }
  const text = filter.q?.trim().toLowerCase();
  if (text) left = keepIf(slots, left, finder(roster, text));
  const byState = countStates(slots, left, columns.state);
  if (filter.state) left = keep(slots, left, columns.state, stateTable(filter.state));
  return { slots: slots.subarray(0, left), byState };
}

const retiredIn = (filter: DogFilter): readonly DogState[] => (filter.state?.includes("retired") ? ["retired"] : []);

function stateTable(states: readonly DogState[]): Uint8Array {
  const table = new Uint8Array(DOG_STATES.length);
  for (const state of states) table[STATE_NUMBER[state]] = 1;
  return table;
}

function reasonTable(fits: (code: ReasonCode) => boolean): Uint8Array {
  const table = new Uint8Array(REASON_CODES.length + 1);
  for (const code of REASON_CODES) if (fits(code)) table[REASON_NUMBER[code]] = 1;
  return table;
}

/** Part of the sn, the address, the raw error or the reason. */
function finder({ columns, words, text: haystack }: Roster, text: string): (slot: number) => boolean {
  const { raw, lastRaw, reason } = columns;
  const word = words.matching((one) => one.toLowerCase().includes(text));
  const reasons = reasonTable((code) => code.includes(text) || labelOf(code, null).includes(text));
  const isNamed = haystack.finder(text);
  return (slot) =>
    word[raw[slot] ?? 0] === 1 || word[lastRaw[slot] ?? 0] === 1 || reasons[reason[slot] ?? 0] === 1 || isNamed(slot);
}

function fill(slots: Uint32Array, column: Uint8Array, table: Uint8Array): number {
  let kept = 0;
  for (let slot = 0; slot < slots.length; slot++) if (table[column[slot] ?? 0] === 1) slots[kept++] = slot;
  return kept;
}

function keep(slots: Uint32Array, count: number, column: Uint8Array, table: Uint8Array): number {
  return keepIf(slots, count, (slot) => table[column[slot] ?? 0] === 1);
}

function keepWord(slots: Uint32Array, count: number, column: Uint32Array, id: number | undefined): number {
  return id === undefined ? 0 : keepIf(slots, count, (slot) => column[slot] === id);
}

function keepIf(slots: Uint32Array, count: number, fits: (slot: number) => boolean): number {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i] ?? 0;
    if (fits(slot)) slots[kept++] = slot;
  }
  return kept;
}

function countStates(slots: Uint32Array, count: number, column: Uint8Array): DogPage["by_state"] {
  const counts = new Uint32Array(DOG_STATES.length);
  for (let i = 0; i < count; i++) {
    const state = column[slots[i] ?? 0] ?? 0;
    counts[state] = (counts[state] ?? 0) + 1;
  }
  const byState: DogPage["by_state"] = {};
  for (const state of DOG_STATES) {
    const dogs = counts[STATE_NUMBER[state]] ?? 0;
    if (dogs > 0) byState[state] = dogs;
  }
  return byState;
}
