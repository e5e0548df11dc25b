import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { endOf } from "#lib/testing/fleet-script.ts";
import { anyHistory, StoredHistory } from "#lib/testing/history-script.ts";
import { Historian } from "./historian.ts";

/** Properties run hundreds of times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 200 };

/** A fold with its historian. */
function listening(isMuted = false) {
  const historian = new Historian({ isMuted });
  return { historian, state: new FleetState({}, historian.listener) };
}

/** Told at once: one take at the end. */
function rebuilt(events: readonly FleetEvent[], now: number) {
  const stored = new StoredHistory();
  const { historian, state } = listening();
  for (const event of events) state.ingest(event);
  state.advance(now);
  stored.add(historian.take(now));
  return stored.told();
}

/** A difference is worth the time it takes to show it. */
function expectSame<T>(told: T, expected: T): void {
  if (!isDeepStrictEqual(told, expected)) expect(told).toEqual(expected);
}

/** What is done after an event, before the next one: how far time moves towards it, and whether it is taken then. */
const anyStep = fc.record({
  share: fc.constantFrom(0, 0, 0.1, 0.5, 0.9, 1),
  advances: fc.boolean(),
  takes: fc.boolean(),
  credits: fc.boolean(),
});
const anySteps = fc.array(anyStep, { minLength: 61, maxLength: 61 });
/** A commit that leaves the time that passed to a later one. */
const UNCREDITED = Number.NEGATIVE_INFINITY;
const later = fc.nat(4_000_000);

it("H1: however the same history is cut into commits, it adds up to the same", () => {
  fc.assert(
    fc.property(anyHistory, anySteps, later, (events, steps, wait) => {
      const now = endOf(events) + wait;
      const stored = new StoredHistory();
      const { historian, state } = listening();
      events.forEach((event, index) => {
        state.ingest(event);
        const step = steps[index % steps.length];
        const next = events[index + 1]?.at ?? now + 1;
        if (step?.advances) state.advance(event.at + Math.floor((next - 1 - event.at) * step.share));
        if (step?.takes) stored.add(historian.take(state.now, step.credits ? state.now : UNCREDITED));
      });
      state.advance(now);
      stored.add(historian.take(now));
      expectSame(stored.told(), rebuilt(events, now));
    }),
    RUNS,
  );
});

/** A commit may have been told through `at`: not after the last sign of life of a run, nor while events were being dropped. */
function isCommittable(events: readonly FleetEvent[], at: number): boolean {
  return !events.some((event) => {
    if (event.type === "journal.gap") return at > event.from && at < event.at;
    return event.type === "gateway.started" && event.previous && at > event.previous.aliveUntil && at < event.at;
  });
}

const copied = (state: FleetState, historian: Historian): FleetState => {
  const { head, dogs, tickets } = JSON.parse(
    JSON.stringify({ head: state.head(), dogs: [...state.storedDogs()], tickets: [...state.tickets()] }),
  );
  const copy = new FleetState({}, historian.listener);
  copy.restoreHead(head);
  copy.restoreDogs(dogs);
  copy.restoreTickets(tickets);
  return copy;
};

it("H2: a start that goes on from what was told through tells nothing twice and leaves nothing out, from a snapshot or from all events", () => {
  fc.assert(
    fc.property(
      anyHistory,
      fc.nat(60),
      fc.double({ min: 0, max: 1, noNaN: true }),
      later,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (events, cut, share, wait, isSnapshot, credited) => {
        const now = endOf(events) + wait;
        const before = events.slice(0, cut + 1);
        const [from, to] = [endOf(before), (events[before.length]?.at ?? now + 1) - 1];
        const toldThrough = from + Math.floor((to - from) * share);
        fc.pre(isCommittable(events, toldThrough));
        const stored = new StoredHistory();
        const first = listening();
        for (const event of before) first.state.ingest(event);
        first.state.advance(toldThrough);
        const creditTo = from + Math.floor((toldThrough - from) * credited);
        const told = first.historian.take(toldThrough, credited === 0 ? UNCREDITED : creditTo);
        // Where nothing is told nothing is stored either, and a start goes on from an earlier commit.
        fc.pre(told !== null);
        stored.add(told);
        const second = listening(true);
        let { state } = second;
        if (isSnapshot) state = copied(first.state, second.historian);
        else for (const event of before) state.ingest(event);
        state.advance(toldThrough);
        expect(second.historian.take(toldThrough)).toBeNull();
        second.historian.resume(toldThrough, state, told.creditedThrough);
        for (const event of events.slice(before.length)) state.ingest(event);
        state.advance(now);
        stored.add(second.historian.take(now));
        expectSame(stored.told(), rebuilt(events, now));
      },
    ),
    RUNS,
  );
});
