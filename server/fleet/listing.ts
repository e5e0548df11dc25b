import type { Clock } from "#lib/clock/clock.ts";
import type { DogExport, DogFilter, DogPage, DogQuery, DogRow } from "#lib/contracts/reconnection.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import { decodeCursor, encodeCursor, queryName } from "./cursor.ts";
import { matchesOf } from "./dog-filter.ts";
import { iso } from "./dog-row.ts";
import type { Scope } from "./fleet-reader.ts";
import { type Picked, type Place, pickFirst } from "./pick.ts";
import type { Roster } from "./roster.ts";
import { orderOf, type SlotOrder } from "./sort-order.ts";

const CACHE_MS = 250;
const MOST_CACHED = 64;
/** Lists that are being paged through are held this long, and this many of them. */
const HELD_MS = 120_000;
const MOST_HELD = 64;
/** Rows all held lists may have together. */
const MOST_HELD_ROWS = 1_000_000;
/** Rows of an export that are put in order at a time. */
const EXPORT_STEP = 2_000;

/** What matched when it was made, as it was then. */
interface List {
  readonly id: string;
  readonly asOf: number;
  readonly order: SlotOrder;
  /** By position. */
  readonly dogs: readonly Dog[];
  readonly byState: DogPage["by_state"];
  usedAt: number;
}

export interface ListingDeps {
  readonly roster: Roster;
  readonly clock: Clock;
  /** Brings the fold up to now. Returns now. */
  readonly catchUp: () => number;
  readonly toRow: (dog: Dog, now: number) => DogRow;
  /** Set where the lists are those of one instant of the past: a cursor belongs to its instant. */
  readonly moment?: number;
}

/** Pages of dogs. A first page fixes its list; its cursors go on in that list, whatever happens to the fleet meanwhile. */
export interface Listing {
  page(query: DogQuery, scope: Scope): DogPage;
  /** All that matches in the order asked for, fixed at the moment of the call; put in order as it is read. */
  rows(query: DogExport, scope: Scope): Iterable<DogRow>;
  /** Sns that match and are not retired, the longest unchanged first. */
  matching(filter: DogFilter, scope: Scope): readonly string[];
  /** What is cached must not answer a refetch that a change has caused. */
  forget(): void;
  /** Lists held for whoever pages through them. */
  readonly held: number;
}

export function createListing({ roster, clock, catchUp, toRow, moment }: ListingDeps): Listing {
  const cached = new Map<string, { readonly page: DogPage; readonly at: number }>();
  const held = new Map<string, List>();
  let lists = 0;

  function build(query: DogExport, scope: Scope): List {
    const asOf = catchUp();
    const { slots, byState } = matchesOf(roster, query, scope);
    const order = orderOf(roster, slots, query);
    const dogs: Dog[] = [];
    for (const slot of slots) {
      const dog = roster.dogs[slot];
      if (dog !== undefined) dogs.push(dog);
    }
    return { id: (lists++).toString(36), asOf, order, dogs, byState, usedAt: clock.monotonic() };
  }

  /** A list keeps every dog in it as it was: what nobody pages through any more must not wait for the next list to go. */
  function dropOld(): void {
    const oldest = clock.monotonic() - HELD_MS;
    for (const { id, usedAt } of held.values()) if (usedAt < oldest) held.delete(id);
  }

  function hold(list: List): void {
    held.delete(list.id);
    held.set(list.id, list);
    let rows = 0;
    for (const other of held.values()) rows += other.dogs.length;
    for (const other of held.values()) {
      if (held.size <= MOST_HELD && rows <= MOST_HELD_ROWS) break;
      if (other === list) break;
      held.delete(other.id);
      rows -= other.dogs.length;
    }
  }

  const rowsOf = ({ dogs, asOf }: List, { positions }: Picked): DogRow[] =>
    Array.from(positions).flatMap((position) => {
      const dog = dogs[position];
      return dog === undefined ? [] : [toRow(dog, asOf)];
    });

  function cut(list: List, query: DogQuery, name: string, after: Place | null): DogPage {
    const { order, dogs, asOf, byState } = list;
    const picked = pickFirst(order, query.limit, after);
    const { positions, skipped } = picked;
    const last = positions.at(-1);
    const lastDog = last === undefined ? undefined : dogs[last];
    let next: string | null = null;
    if (last !== undefined && lastDog !== undefined && skipped + positions.length < dogs.length) {
      hold(list);
      next = encodeCursor({ list: list.id, query: name, asOf, key: order.valueAt(last), sn: lastDog.sn });
    }
    return { items: rowsOf(list, picked), total: dogs.length, next_cursor: next, as_of: iso(asOf), by_state: byState };
  }

  function fresh(query: DogQuery, scope: Scope): DogPage {
    const { cursor: given, limit, ...rest } = query;
    const name = queryName(moment === undefined ? [scope, rest] : [scope, rest, moment]);
    if (given === undefined) return cut(build(query, scope), query, name, null);
    const cursor = decodeCursor(given, name);
    const known = held.get(cursor.list);
    if (known?.asOf !== cursor.asOf) {
      const list = build(query, scope);
      return cut(list, query, name, list.order.placeOf(cursor.key, cursor.sn));
    }
    known.usedAt = clock.monotonic();
    return cut(known, query, name, known.order.placeAt(known.order.slots.indexOf(roster.slotOf(cursor.sn))));
  }

  return {
    page(query, scope) {
      const key = JSON.stringify([scope, query]);
      const now = clock.monotonic();
      const hit = cached.get(key);
      if (hit && now - hit.at < CACHE_MS) return hit.page;
      dropOld();
      const page = fresh(query, scope);
      cached.delete(key);
      cached.set(key, { page, at: now });
      for (const [old, { at }] of cached) {
        if (cached.size <= MOST_CACHED && now - at < CACHE_MS) break;
        cached.delete(old);
      }
      return page;
    },
    rows(query, scope) {
      const list = build(query, scope);
      return (function* () {
        let after: Place | null = null;
        for (let read = 0; read < list.dogs.length; read += EXPORT_STEP) {
          const picked: Picked = pickFirst(list.order, EXPORT_STEP, after);
          after = list.order.placeAt(picked.positions.at(-1) ?? 0);
          yield* rowsOf(list, picked);
        }
      })();
    },
    matching(filter, scope) {
      const { order, dogs } = build({ ...filter, sort: "since", order: "asc" }, scope);
      const { positions } = pickFirst(order, dogs.length, null);
      return Array.from(positions).flatMap((position) => {
        const dog = dogs[position];
        return dog === undefined || dog.retired ? [] : [dog.sn];
      });
    },
    forget: () => cached.clear(),
    get held() {
      return held.size;
    },
  };
}
