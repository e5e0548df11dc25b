import { ACTIVE_STATES, DOG_STATES, type Dog, type DogState, NO_DOGS } from "#lib/fleet/dog.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { type DogView, viewDog } from "#lib/fleet/view.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Scope } from "./fleet-reader.ts";
import { SortedList } from "./sorted-list.ts";

/** A dog as lists sort and count it. Never changed, only replaced: a list that holds it shows the moment it was made. */
export interface Entry {
  readonly sn: string;
  readonly dog: Dog;
  readonly state: DogState;
  readonly active: boolean;
  readonly since: number;
  readonly reason: ReasonCode | null;
  /** Earliest instant it may give up; null for never and for dogs that are not out. */
  readonly givesUpAt: number | null;
}

const compareSn = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const compareSince = (a: Entry, b: Entry): number => a.since - b.since || compareSn(a.sn, b.sn);

function entryOf(dog: Dog, view: DogView): Entry {
  return {
    sn: dog.sn,
    dog,
    state: view.state,
    active: view.inActive,
    since: view.since ?? dog.lastEventAt,
    reason: view.rowReason,
    givesUpAt: view.givesUpAt?.[0] ?? null,
  };
}

function same(a: Entry, b: Entry): boolean {
  return (
    a.dog === b.dog &&
    a.state === b.state &&
    a.since === b.since &&
    a.givesUpAt === b.givesUpAt &&
    a.active === b.active
  );
}

/** Every dog filed by how long it has been as it is, so that a page of the usual list costs the page. */
export class Roster {
  readonly #options: FleetOptions;
  readonly #entries = new Map<string, Entry>();
  readonly active = new SortedList<Entry>(compareSince);
  readonly all = new SortedList<Entry>(compareSince);
  readonly #retired = new Set<string>();
  readonly #counts: Record<DogState, number> = { ...NO_DOGS, retired: 0 };
  /** Rises with every change of any entry. */
  version = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get(sn: string): Entry | undefined {
    return this.#entries.get(sn);
  }

  /** Retired dogs, which no list holds unless it asks for them. */
  *retired(): Generator<Entry> {
    for (const sn of this.#retired) {
      const entry = this.#entries.get(sn);
      if (entry) yield entry;
    }
  }

  /** Dogs in each state the scope's lists hold, states without any left out. */
  countsOf(scope: Scope): Partial<Record<DogState, number>> {
    const counts: Partial<Record<DogState, number>> = {};
    for (const state of scope === "active" ? ACTIVE_STATES : DOG_STATES) {
      if (state !== "retired" && this.#counts[state] > 0) counts[state] = this.#counts[state];
    }
    return counts;
  }

  /** Files the dog anew. */
  file(dog: Dog, now: number): void {
    const before = this.#entries.get(dog.sn);
    const entry = entryOf(dog, viewDog(dog, now, this.#options));
    if (before && same(before, entry)) return;
    this.version++;
    this.#entries.set(dog.sn, entry);
    if (before) this.#counts[before.state]--;
    this.#counts[entry.state]++;
    if (before?.active) this.active.delete(before);
    if (before && !before.dog.retired) this.all.delete(before);
    if (entry.active) this.active.add(entry);
    if (dog.retired) this.#retired.add(dog.sn);
    else {
      this.#retired.delete(dog.sn);
      this.all.add(entry);
    }
  }
}
