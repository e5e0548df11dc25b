import type { Clock } from "#lib/clock/clock.ts";
import type { DogExport, DogFilter, DogPage, DogQuery, DogRow, SortKey } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { type DogView, viewDog } from "#lib/fleet/view.ts";
import { decodeCursor, encodeCursor, queryName, type SortValue } from "./cursor.ts";
import { predicateOf, sortValue } from "./dog-filter.ts";
import { iso } from "./dog-row.ts";
import type { Scope } from "./fleet-reader.ts";
import type { Entry, Roster } from "./roster.ts";
import type { Ordered } from "./sorted-list.ts";

const CACHE_MS = 250;
const MOST_CACHED = 64;
/** Lists that are being paged through are held this long, and this many of them. */
const HELD_MS = 120_000;
const MOST_HELD = 64;
/** Rows a held list may keep that it does not share with the roster. */
const MOST_HELD_ROWS = 1_000_000;

interface List {
  readonly id: string;
  readonly asOf: number;
  readonly entries: Ordered<Entry>;
  /** Read from the far end: the index holds ascending order only. */
  readonly reversed: boolean;
  readonly byState: DogPage["by_state"];
  readonly ownRows: number;
  usedAt: number;
}

export interface ListingDeps {
  readonly roster: Roster;
  readonly clock: Clock;
  readonly options: FleetOptions;
  /** Brings the fold up to now. Returns now. */
  readonly catchUp: () => number;
  readonly toRow: (entry: Entry, now: number) => DogRow;
}

/** Pages of dogs. A first page fixes its list; its cursors go on in that list, whatever happens to the fleet meanwhile. */
export interface Listing {
  page(query: DogQuery, scope: Scope): DogPage;
  /** All that matches, in the order asked for. */
  select(query: DogExport, scope: Scope): readonly Entry[];
  /** What is cached must not answer a refetch that a change has caused. */
  forget(): void;
}

const NULL_LAST = (a: SortValue, b: SortValue, sign: number): number => {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
};

export function createListing({ roster, clock, options, catchUp, toRow }: ListingDeps): Listing {
  const cached = new Map<string, { readonly page: DogPage; readonly at: number }>();
  const held = new Map<string, List>();
  let lists = 0;

  function* candidates(filter: DogFilter, scope: Scope): Generator<Entry> {
    yield* (scope === "active" ? roster.active : roster.all).snapshot();
    if (scope === "all" && filter.state?.includes("retired")) yield* roster.retired();
  }

  /** Matches in the order of `since`, and how many of each state there are without the filter's state. */
  function matches(filter: DogFilter, scope: Scope): { entries: Entry[]; byState: DogPage["by_state"] } {
    const fits = predicateOf(filter);
    const states = filter.state ? new Set<DogState>(filter.state) : undefined;
    const entries: Entry[] = [];
    const byState: DogPage["by_state"] = {};
    for (const entry of candidates(filter, scope)) {
      if (fits && !fits(entry)) continue;
      byState[entry.state] = (byState[entry.state] ?? 0) + 1;
      if (!states || states.has(entry.state)) entries.push(entry);
    }
    return { entries, byState };
  }

  const viewer = (entry: Entry, now: number) => {
    let view: DogView | undefined;
    return () => (view ??= viewDog(entry.dog, now, options));
  };
  const keyOf = (sort: SortKey, entry: Entry, now: number) => sortValue(sort, entry, viewer(entry, now));

  function sorted(entries: Entry[], { sort, order }: DogExport, now: number): Entry[] {
    if (sort === "since") return order === "asc" ? entries : entries.reverse();
    const sign = order === "asc" ? 1 : -1;
    const keyed = entries.map((entry) => ({ entry, key: keyOf(sort, entry, now) }));
    keyed.sort((a, b) => NULL_LAST(a.key, b.key, sign) || (a.entry.sn < b.entry.sn ? -1 : 1));
    return keyed.map(({ entry }) => entry);
  }

  function build(query: DogQuery, scope: Scope, now: number): List {
    const base = { id: (lists++).toString(36), asOf: now, usedAt: clock.monotonic() };
    if (query.sort === "since" && !query.state && !predicateOf(query)) {
      const entries = (scope === "active" ? roster.active : roster.all).snapshot();
      return { ...base, entries, reversed: query.order === "desc", byState: roster.countsOf(scope), ownRows: 0 };
    }
    const { entries, byState } = matches(query, scope);
    return { ...base, entries: sorted(entries, query, now), reversed: false, byState, ownRows: entries.length };
  }

  function hold(list: List): void {
    const oldest = clock.monotonic() - HELD_MS;
    held.delete(list.id);
    held.set(list.id, list);
    let rows = 0;
    for (const other of held.values()) rows += other.ownRows;
    for (const other of held.values()) {
      if (held.size <= MOST_HELD && rows <= MOST_HELD_ROWS && other.usedAt >= oldest) break;
      if (other === list) break;
      held.delete(other.id);
      rows -= other.ownRows;
    }
  }

  const nth = (list: List, i: number) => list.entries.at(list.reversed ? list.entries.length - 1 - i : i);

  /** Where a list made anew goes on after the row a cursor names. */
  function positionAfter(list: List, query: DogQuery, key: SortValue, sn: string): number {
    const sign = query.order === "asc" ? 1 : -1;
    const snSign = query.sort === "since" ? sign : 1;
    let low = 0;
    let high = list.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = nth(list, middle);
      const byKey = entry ? NULL_LAST(keyOf(query.sort, entry, list.asOf), key, sign) : 1;
      const order = byKey !== 0 || !entry ? byKey : entry.sn === sn ? 0 : entry.sn < sn ? -snSign : snSign;
      if (order <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function cut(list: List, query: DogQuery, name: string, from: number): DogPage {
    const items: DogRow[] = [];
    const until = Math.min(from + query.limit, list.entries.length);
    let last: Entry | undefined;
    for (let i = from; i < until; i++) {
      last = nth(list, i) ?? last;
      if (last) items.push(toRow(last, list.asOf));
    }
    let next: string | null = null;
    if (last && until < list.entries.length) {
      hold(list);
      const key = keyOf(query.sort, last, list.asOf);
      next = encodeCursor({ list: list.id, query: name, asOf: list.asOf, next: until, key, sn: last.sn });
    }
    return { items, total: list.entries.length, next_cursor: next, as_of: iso(list.asOf), by_state: list.byState };
  }

  function fresh(query: DogQuery, scope: Scope): DogPage {
    const { cursor: given, limit, ...rest } = query;
    const name = queryName([scope, rest]);
    if (given === undefined) return cut(build(query, scope, catchUp()), query, name, 0);
    const cursor = decodeCursor(given, name);
    const known = held.get(cursor.list);
    if (known && known.asOf === cursor.asOf) {
      known.usedAt = clock.monotonic();
      return cut(known, query, name, Math.min(cursor.next, known.entries.length));
    }
    const list = build(query, scope, catchUp());
    return cut(list, query, name, positionAfter(list, query, cursor.key, cursor.sn));
  }

  return {
    page(query, scope) {
      const key = JSON.stringify([scope, query]);
      const now = clock.monotonic();
      const hit = cached.get(key);
      if (hit && now - hit.at < CACHE_MS) return hit.page;
      const page = fresh(query, scope);
      cached.delete(key);
      cached.set(key, { page, at: now });
      for (const [old, { at }] of cached) {
        if (cached.size <= MOST_CACHED && now - at < CACHE_MS) break;
        cached.delete(old);
      }
      return page;
    },
    select(query, scope) {
      const now = catchUp();
      return sorted(matches(query, scope).entries, query, now);
    },
    forget: () => cached.clear(),
  };
}
