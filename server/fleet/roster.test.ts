import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { type DogExport, type DogFilter, SORT_KEYS } from "#lib/contracts/reconnection.ts";
import { DOG_STATES, type Dog } from "#lib/fleet/dog.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { type DogView, viewDog } from "#lib/fleet/view.ts";
import { labelOf, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { CATEGORIES, REASON_CODES } from "#lib/reconnection/reason-code.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import type { SortValue } from "./cursor.ts";
import { matchesOf } from "./dog-filter.ts";
import { Haystack } from "./haystack.ts";
import { pickFirst } from "./pick.ts";
import { Roster } from "./roster.ts";
import { SnOrder } from "./sn-order.ts";
import { orderOf } from "./sort-order.ts";
import { Words } from "./words.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

interface Shown {
  readonly dog: Dog;
  readonly view: DogView;
}

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
const anyFilter: fc.Arbitrary<DogFilter> = fc.record(
  {
    state: some(DOG_STATES),
    category: some(CATEGORIES),
    reason: some(REASON_CODES),
    network: fc.constantFrom("wifi", "4g"),
    gateway: fc.constantFrom("gw-1", "gw-2"),
    site: fc.constantFrom("a", "c", "nowhere"),
    app_id: fc.constantFrom("app", "other"),
    q: fc.constantFrom("A", "econn", "127.0", "token", "认证", "é", "zz"),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<DogFilter>;
const anyQuery: fc.Arbitrary<DogExport> = fc
  .tuple(anyFilter, fc.constantFrom(...SORT_KEYS), fc.constantFrom("asc", "desc"))
  .map(([filter, sort, order]) => ({ ...filter, sort, order }) as DogExport);

/** A filter by looking at each dog's view. */
function fits(
  { dog, view }: Shown,
  { state, category, reason, network, gateway, site, app_id, q }: DogFilter,
): boolean {
  const code = view.rowReason;
  const text = q?.toLowerCase() ?? "";
  const said = [dog.sn, dog.remoteAddress, dog.lastRaw, dog.outage?.raw, code, code && labelOf(code, null)];
  return (
    (state?.includes(view.state) ?? true) &&
    (category === undefined || (code !== null && category.includes(REASONS[code].category))) &&
    (reason === undefined || (code !== null && reason.includes(code))) &&
    (network === undefined || dog.network === network) &&
    (gateway === undefined || dog.gateway === gateway) &&
    (site === undefined || dog.labels.site === site) &&
    (app_id === undefined || dog.appId === app_id) &&
    said.some((value) => value?.toLowerCase().includes(text))
  );
}

const WORST_FIRST = "gave_up refused probing reconnecting settling silent connected offline retired".split(" ");

/** A sort key by looking at the dog's view. */
function shownValue({ dog, view }: Shown, sort: DogExport["sort"]): SortValue {
  const values: Record<DogExport["sort"], SortValue> = {
    since: view.since,
    sn: dog.sn,
    state: WORST_FIRST.indexOf(view.state),
    reason: view.rowReason,
    attempts: view.attempts,
    next_retry: view.nextRetryAt,
    gives_up_at: view.givesUpAt?.[0] ?? null,
    network: dog.network,
    gateway: dog.gateway,
    last_event: dog.lastEventAt,
    last_seen: dog.lastSeenAt,
    flaps: view.flapCount,
  };
  return values[sort];
}

function sorted(shown: readonly Shown[], { sort, order }: DogExport): readonly string[] {
  const sign = order === "asc" ? 1 : -1;
  const compare = (a: Shown, b: Shown): number => {
    const [left, right] = [shownValue(a, sort), shownValue(b, sort)];
    if (left === right) return (a.dog.sn < b.dog.sn ? -1 : 1) * (sort === "since" ? sign : 1);
    if (left === null || right === null) return left === null ? 1 : -1;
    return left < right ? -sign : sign;
  };
  return [...shown].sort(compare).map(({ dog }) => dog.sn);
}

it("G70: what the table filters, counts and sorts is what each dog's view says", () => {
  fc.assert(
    fc.property(
      anyJournal,
      anyQuery,
      fc.constantFrom("active", "all"),
      fc.nat(2_000_000),
      (events, query, scope, wait) => {
        const state = new FleetState();
        const roster = new Roster();
        const file = (sns: readonly string[]) => {
          for (const sn of sns) {
            const entry = state.entry(sn);
            if (entry) roster.file(entry);
          }
        };
        for (const event of events) {
          file(state.advance(event.at));
          file(state.ingest(event));
        }
        const now = endOf(events) + wait;
        file(state.advance(now));
        const inScope = [...state.dogs()]
          .map((dog) => ({ dog, view: viewDog(dog, now) }))
          .filter(({ view }) =>
            scope === "active" ? view.inActive : view.state !== "retired" || query.state?.includes("retired"),
          );
        const { state: _, ...stateless } = query;
        const { slots, byState } = matchesOf(roster, query, scope);
        const order = orderOf(roster, slots, query);
        const { positions } = pickFirst(order, slots.length, null);
        const names = Array.from(positions, (position) => roster.dogs[slots[position] ?? -1]?.sn);
        expect(names).toEqual(
          sorted(
            inScope.filter((one) => fits(one, query)),
            query,
          ),
        );
        const counted = Map.groupBy(
          inScope.filter((one) => fits(one, stateless)),
          ({ view }) => view.state,
        );
        expect(byState).toEqual(Object.fromEntries([...counted].map(([name, dogs]) => [name, dogs.length])));
        for (const position of positions) {
          const sn = roster.dogs[slots[position] ?? -1]?.sn ?? "";
          expect(order.placeOf(order.valueAt(position), sn)).toEqual(order.placeAt(position));
        }
        const count = [...state.active()].length;
        expect(roster.count("active")).toBe(count);
      },
    ),
  );
});

it("G70: the first of a list after any place are those a full sort would give", () => {
  const anyRows = fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 7, Number.POSITIVE_INFINITY), fc.nat(1_000)), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(anyRows, fc.nat(50), fc.nat(300), (rows, most, from) => {
      const keys = Float64Array.from(rows, ([key]) => key);
      const ties = Int32Array.from(rows, ([, tie], i) => tie * 1_000 + i);
      const whole = rows
        .map((_, i) => i)
        .sort((a, b) => Math.sign((keys[a] ?? 0) - (keys[b] ?? 0)) || (ties[a] ?? 0) - (ties[b] ?? 0));
      const last = whole[from];
      const after = last === undefined ? null : { key: keys[last] ?? 0, tie: ties[last] ?? 0 };
      const start = after === null ? 0 : from + 1;
      const { positions, skipped } = pickFirst({ keys, ties }, most, after);
      expect([...positions]).toEqual(whole.slice(start, start + most));
      expect(skipped).toBe(start);
    }),
  );
});

it("G70: names keep their order as more come", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 60 }),
      fc.nat(7),
      (sns, every) => {
        const order = new SnOrder();
        sns.forEach((sn, i) => {
          order.add(sn);
          if (i % (every + 1) === 0) order.ranks();
        });
        const ascending = [...sns].sort((a, b) => (a < b ? -1 : 1));
        const ranks = order.ranks();
        expect(sns.map((_, slot) => ranks[slot])).toEqual(sns.map((sn) => ascending.indexOf(sn)));
        for (const sn of sns) expect(order.placeOf(sn)).toBe(ascending.indexOf(sn));
        expect(order.placeOf("\uffff")).toBe(sns.length - 0.5);
      },
    ),
  );
});

it("G70: a text is found by any part of it, whatever was there before", () => {
  const text = fc.string({ maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20), text), { maxLength: 400 }),
      fc.string({ minLength: 1, maxLength: 3 }),
      (steps, needle) => {
        const haystack = new Haystack();
        const texts = new Map<number, string>();
        for (const [slot, value] of steps) {
          haystack.set(slot, value);
          texts.set(slot, value);
        }
        const find = haystack.finder(needle);
        for (const [slot, value] of texts) expect(find(slot)).toBe(value.toLowerCase().includes(needle.toLowerCase()));
      },
    ),
  );
});

it("G70: a word has one number while somebody says it, and none after", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(8), fc.option(fc.constantFrom("a", "b", "c", "d")))), (steps) => {
      const words = new Words();
      const said = new Map<number, { readonly id: number; readonly word: string | null }>();
      for (const [speaker, word] of steps) {
        words.drop(said.get(speaker)?.id ?? 0);
        said.set(speaker, { id: words.take(word), word });
        for (const one of said.values()) expect(words.wordOf(one.id)).toBe(one.word);
      }
      const spoken = new Set([...said.values()].flatMap(({ word }) => word ?? []));
      for (const word of ["a", "b", "c", "d"]) expect(words.idOf(word) !== undefined).toBe(spoken.has(word));
      expect(words.size).toBeLessThanOrEqual(5);
      expect([...words.matching((word) => word === "a")].filter(Boolean).length).toBe(spoken.has("a") ? 1 : 0);
    }),
  );
});
