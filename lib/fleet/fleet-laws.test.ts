import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { applyDog } from "./apply-dog.ts";
import { DOG_STATES, type Dog } from "./dog.ts";
import { type FleetEvent, isDogEvent } from "./event.ts";
import { FLEET_OPTIONS } from "./fleet-options.ts";
import { FleetState } from "./fleet-state.ts";
import { nextChangeAt } from "./next-change.ts";
import { dogState, isOut, viewDog } from "./view.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

const later = fc.integer({ min: 0, max: 5_000_000 });

function fold(events: readonly FleetEvent[], state = new FleetState()): FleetState {
  for (const event of events) state.ingest(event);
  return state;
}

/** Everything a fleet tells, at `now`. */
function tell(state: FleetState, now: number) {
  state.advance(now);
  return {
    dogs: [...state.dogs()].sort((a, b) => (a.sn < b.sn ? -1 : 1)),
    views: [...state.dogs()].map((dog) => viewDog(dog, now)),
    counts: state.counts(),
    byReason: [...state.byReason()].sort(),
    flapping: [state.flapping(), state.flapsInWindow()],
    active: [...state.active()].map((dog) => dog.sn).sort(),
    sites: [...state.sites()].sort(),
    gateways: state.gateways(),
    tickets: state.openTickets(),
    unknown: state.unknownSpans(),
    due: state.nextChangeAt(),
  };
}

it("R25: folding a prefix and then the rest equals folding all, whenever time is moved between", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(60), later, (events, cut, wait) => {
      const now = endOf(events) + wait;
      const parted = fold(events.slice(0, cut));
      parted.advance(endOf(events.slice(0, cut)));
      expect(tell(fold(events.slice(cut), parted), now)).toEqual(tell(fold(events), now));
    }),
  );
});

describe("R26: a doubled event changes nothing", () => {
  it("in the store, at once or later", () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(60), later, (events, back, wait) => {
        const now = endOf(events) + wait;
        const doubled = new FleetState();
        events.forEach((event, index) => {
          doubled.ingest(event);
          expect(doubled.ingest(event)).toEqual([]);
          const old = events[Math.max(0, index - back)];
          if (old !== undefined) expect(doubled.ingest(old)).toEqual([]);
        });
        expect(tell(doubled, now)).toEqual(tell(fold(events), now));
      }),
    );
  });

  it("in one dog", () => {
    const context = { gateway: "gw-1", options: FLEET_OPTIONS };
    fc.assert(
      fc.property(anyJournal, (events) => {
        let dog: Dog | undefined;
        for (const event of events) {
          if (isDogEvent(event) && event.sn !== "a") continue;
          dog = applyDog(dog, event, context);
          expect(applyDog(dog, event, context)).toBe(dog);
        }
      }),
    );
  });
});

it("R27: a disconnected of any session but the current one changes nothing", () => {
  fc.assert(
    fc.property(anyJournal, (events) => {
      const state = fold(events);
      const context = { gateway: "gw-1", options: FLEET_OPTIONS };
      for (const event of events) {
        if (event.type !== "dog.disconnected") continue;
        const dog = state.get(event.sn);
        const late = { ...event, epoch: "other", seq: 1, at: endOf(events) + 1 };
        if (dog?.session?.id === event.session || dog?.doubt?.session.id === event.session) continue;
        expect(applyDog(dog, late, context)).toBe(dog);
      }
    }),
  );
});

const tally = (values: readonly (number | null)[]) =>
  new Map(
    [
      ...Map.groupBy(
        values.filter((value) => value !== null),
        (value) => value,
      ),
    ].map(([key, all]) => [key, all.length]),
  );

/** What the store counts as dogs move is what their views say. */
function checkWaits(state: FleetState): void {
  state.advance(state.now);
  const views = [...state.dogs()].map((dog) => viewDog(dog, state.now));
  const retrying = views.filter((view) => view.state === "reconnecting" || view.state === "refused");
  expect(state.attempts()).toEqual(tally(retrying.map((view) => view.attempts)));
  expect(state.delays()).toEqual(tally(views.map((view) => view.currentDelayMs)));
  for (const dog of state.dogs()) {
    expect(state.givesUpAt(dog.sn)).toBe(viewDog(dog, state.now).givesUpAt?.[0] ?? null);
  }
}

it("R28: at every instant each dog is in exactly one state and all counts add up", () => {
  fc.assert(
    fc.property(anyJournal, fc.array(later, { maxLength: 5 }), (events, waits) => {
      const state = new FleetState();
      const check = () => {
        const filed = DOG_STATES.flatMap((name) => [...state.byState(name)]);
        expect(filed.sort()).toEqual([...state.dogs()].map((dog) => dog.sn).sort());
        const counts = Object.values(state.counts()).reduce((sum, count) => sum + count, 0);
        expect(counts).toBe(state.size);
        const out = [...state.dogs()].filter((dog) => isOut(state.stateOf(dog.sn) ?? "offline"));
        expect([...state.byReason().values()].reduce((sum, count) => sum + count, 0)).toBe(out.length);
        expect([...state.sites().values()].reduce((sum, site) => sum + site.known, 0)).toBe(state.size);
        expect([...state.sites().values()].reduce((sum, site) => sum + site.out, 0)).toBe(out.length);
        checkWaits(state);
      };
      for (const event of events) {
        state.ingest(event);
        check();
      }
      let now = endOf(events);
      for (const wait of waits) {
        now += wait;
        state.advance(now);
        check();
        for (const dog of state.dogs()) expect(state.stateOf(dog.sn)).toBe(dogState(dog, now));
      }
    }),
  );
});

it("R29: a view is the same until 1 ms before nextChangeAt and differs at it", () => {
  fc.assert(
    fc.property(anyJournal, fc.double({ min: 0, max: 1, noNaN: true }), (events, share) => {
      const state = new FleetState();
      for (const event of events) {
        for (const sn of state.ingest(event)) {
          const dog = state.get(sn);
          if (dog !== undefined) checkChanges(dog, event.at, share);
        }
      }
    }),
  );
});

it("R30: advance names every dog whose view changed, and no instant is due after it", () => {
  fc.assert(
    fc.property(anyJournal, later, (events, wait) => {
      const state = fold(events);
      const from = endOf(events);
      state.advance(from);
      const before = new Map([...state.dogs()].map((dog) => [dog.sn, viewDog(dog, from)]));
      const changed = new Set(state.advance(from + wait));
      for (const dog of state.dogs()) {
        const same = JSON.stringify(viewDog(dog, from + wait)) === JSON.stringify(before.get(dog.sn));
        if (!same) expect(changed).toContain(dog.sn);
      }
      expect(state.nextChangeAt() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(from + wait);
    }),
  );
});

it("R30: a wave filed a few dogs at a time ends where one filed at once does", () => {
  fc.assert(
    fc.property(anyJournal, later, fc.integer({ min: 1, max: 2 }), (events, wait, most) => {
      const sliced = new FleetState();
      const now = endOf(events) + wait;
      for (const event of events) {
        sliced.advance(event.at, most);
        sliced.ingest(event);
      }
      do expect(sliced.advance(now, most).length).toBeLessThanOrEqual(most);
      while (sliced.isBehind);
      expect(tell(sliced, now)).toEqual(tell(fold(events), now));
      expect(sliced.advance(now)).toEqual([]);
    }),
  );
});

it("R31: while a dog is out its attempts never fall and stay within its schedule", () => {
  fc.assert(
    fc.property(anyJournal, (events) => {
      const state = new FleetState();
      const attempts = new Map<string, number>();
      for (const event of events) {
        for (const dog of state.dogs()) check(dog, event.at - 1, attempts);
        state.ingest(event);
        for (const dog of state.dogs()) check(dog, event.at, attempts);
      }
    }),
  );
});

/** `attempts` is kept per stay out: from a drop to the next login. */
function check(dog: Dog, now: number, attempts: Map<string, number>): void {
  const stay = `${dog.sn}/${dog.changedAt}`;
  const view = viewDog(dog, Math.max(now, dog.changedAt));
  if (dog.session !== null || dog.outage === null) return;
  expect(view.attempts).toBeGreaterThanOrEqual(attempts.get(stay) ?? 0);
  expect(view.attempts).toBeLessThanOrEqual(view.maxRetries);
  attempts.set(stay, view.attempts);
}

/** Follows a dog that is left alone through its next 20 changes. */
function checkChanges(dog: Dog, from: number, share: number): void {
  let at = from;
  for (let hop = 0; hop < 20; hop++) {
    const next = nextChangeAt(dog, at);
    const view = viewDog(dog, at);
    if (next === null) {
      expect(viewDog(dog, at + 10 ** 9)).toEqual(view);
      return;
    }
    expect(next).toBeGreaterThan(at);
    expect(viewDog(dog, at + Math.floor((next - 1 - at) * share))).toEqual(view);
    expect(viewDog(dog, next - 1)).toEqual(view);
    expect(viewDog(dog, next)).not.toEqual(view);
    at = next;
  }
}
