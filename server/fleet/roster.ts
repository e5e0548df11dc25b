import { lastObservedAt } from "#lib/fleet/apply-dog.ts";
import { ACTIVE_STATES, DOG_STATES, type Dog, type DogState } from "#lib/fleet/dog.ts";
import type { Entry } from "#lib/fleet/fleet-index.ts";
import { siteOf } from "#lib/fleet/traits.ts";
import { rowReason, sinceOf } from "#lib/fleet/view.ts";
import { REASON_CODES, type ReasonCode } from "#lib/reconnection/reason-code.ts";
import { type Columns, createColumns, longer } from "./columns.ts";
import type { Scope } from "./fleet-reader.ts";
import { Haystack } from "./haystack.ts";
import { SnOrder } from "./sn-order.ts";
import { Words } from "./words.ts";

/** Number of a state in the `state` column. */
export const STATE_NUMBER = Object.fromEntries(DOG_STATES.map((state, i) => [state, i])) as Record<DogState, number>;
/** Number of a reason in the `reason` column; 0 is none. */
export const REASON_NUMBER = Object.fromEntries(REASON_CODES.map((code, i) => [code, i + 1])) as Record<
  ReasonCode,
  number
>;

type WordColumn = "network" | "gateway" | "site" | "appId" | "raw" | "lastRaw";

/**
 * Every dog as lists filter, sort and count it: a table of typed columns, one slot per dog in the order they were first
 * seen. Looking through 100,000 takes about a millisecond, so no index has to be kept for any order.
 */
export class Roster {
  readonly #slots = new Map<string, number>();
  readonly #dogs: Dog[] = [];
  readonly #counts: Record<DogState, number>;
  readonly #names = new SnOrder();
  readonly words = new Words();
  /** Serial numbers and addresses. */
  readonly text = new Haystack();
  #columns = createColumns(1_024);

  constructor() {
    this.#counts = Object.fromEntries(DOG_STATES.map((state) => [state, 0])) as Record<DogState, number>;
  }

  /** Slots in use lie below this. */
  get size(): number {
    return this.#dogs.length;
  }

  /** What holds until the next `file`. */
  get columns(): Columns {
    return this.#columns;
  }

  /** By slot. A dog is never changed, only replaced: who keeps one keeps it as it was. */
  get dogs(): readonly Dog[] {
    return this.#dogs;
  }

  /** Slot of a dog, -1 for one never seen. */
  slotOf(sn: string): number {
    return this.#slots.get(sn) ?? -1;
  }

  get names(): SnOrder {
    return this.#names;
  }

  /** Dogs the scope's lists hold. */
  count(scope: Scope): number {
    return statesOf(scope).reduce((sum, state) => sum + this.#counts[state], 0);
  }

  /** Files the dog anew, under what the fold files it. */
  file({ dog, filed }: Readonly<Entry>): void {
    if (filed === null) return;
    const known = this.#slots.get(dog.sn);
    const slot = known ?? this.#add(dog.sn);
    const before = known === undefined ? undefined : this.#dogs[slot];
    const columns = this.#columns;
    const { state } = filed;
    if (before !== undefined) this.#counts[DOG_STATES[columns.state[slot] ?? 0] ?? "offline"]--;
    this.#counts[state]++;
    this.#dogs[slot] = dog;
    const { reason } = rowReason(dog, state);
    columns.state[slot] = STATE_NUMBER[state];
    columns.reason[slot] = reason === null ? 0 : REASON_NUMBER[reason];
    columns.attempts[slot] = filed.attempts;
    columns.flaps[slot] = filed.flaps;
    columns.since[slot] = sinceOf(dog, state);
    columns.nextRetryAt[slot] = filed.nextRetryAt ?? Number.NaN;
    columns.givesUpAt[slot] = filed.givesUpAt ?? Number.NaN;
    if (before === dog) return;
    columns.lastEventAt[slot] = dog.lastEventAt;
    columns.lastSeenAt[slot] = dog.lastSeenAt;
    columns.observedAt[slot] = (dog.session === null ? lastObservedAt(dog) : null) ?? Number.NaN;
    this.#say("network", slot, before?.network, dog.network);
    this.#say("gateway", slot, before?.gateway, dog.gateway);
    this.#say("appId", slot, before?.appId, dog.appId);
    this.#say("site", slot, before && siteOf(before), siteOf(dog));
    this.#say("raw", slot, before?.outage?.raw, dog.outage?.raw);
    this.#say("lastRaw", slot, before?.lastRaw, dog.lastRaw);
    if (before?.remoteAddress !== dog.remoteAddress) this.text.set(slot, `${dog.sn} ${dog.remoteAddress ?? ""}`);
  }

  #add(sn: string): number {
    const slot = this.#dogs.length;
    if (slot === this.#columns.state.length) this.#columns = longer(this.#columns);
    this.#slots.set(sn, slot);
    this.#names.add(sn);
    return slot;
  }

  #say(column: WordColumn, slot: number, before: string | null | undefined, word: string | null | undefined): void {
    if (before === word) return;
    const ids = this.#columns[column];
    this.words.drop(ids[slot] ?? 0);
    ids[slot] = this.words.take(word ?? null);
  }
}

/** States of the dogs a scope's lists hold. */
export function statesOf(scope: Scope): readonly DogState[] {
  return scope === "active" ? ACTIVE_STATES : DOG_STATES.filter((state) => state !== "retired");
}
