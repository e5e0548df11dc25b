import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import type { FleetEvent } from "./event.ts";
import type { FleetHead, StoredDog } from "./fleet-snapshot.ts";
import { FleetState } from "./fleet-state.ts";
import { findIncident, siteDrops } from "./incident.ts";
import type { FleetListener } from "./outage-note.ts";
import { viewDog } from "./view.ts";

vi.setConfig({ testTimeout: 60_000 });

const later = fc.integer({ min: 0, max: 5_000_000 });

interface Note {
  readonly name: string;
  readonly sn: string;
}

/** What was told of each dog, in the order it was told: which of two dogs comes first where both give up at once is nobody's promise. */
const byDog = (told: readonly Note[]) => Map.groupBy(told, ({ sn }) => sn);

/** A listener that writes down all it is told. */
function listening(): { readonly told: Note[]; readonly listener: FleetListener } {
  const told: Note[] = [];
  const note = (name: string) => (fact: { readonly sn: string }) => void told.push({ name, ...fact });
  return { told, listener: { onOutageBegun: note("begun"), onOutage: note("ended"), onFlap: note("flap") } };
}

function fold(events: readonly FleetEvent[], state: FleetState): FleetState {
  for (const event of events) {
    state.advance(event.at);
    state.ingest(event);
  }
  return state;
}

/** As a snapshot goes to disk and comes back: JSON, dogs in shards. */
function restored(state: FleetState, listener: FleetListener = {}): FleetState {
  const text = JSON.stringify({ head: state.head(), dogs: [...state.storedDogs()], tickets: [...state.tickets()] });
  const { head, dogs, tickets } = JSON.parse(text);
  const copy = new FleetState({}, listener);
  copy.restoreHead(head as FleetHead);
  for (const dog of dogs as StoredDog[]) copy.restoreDogs([dog]);
  copy.restoreTickets(tickets);
  return copy;
}

/** Everything a fleet tells, in the order it tells it. */
function tell(state: FleetState, now: number) {
  state.advance(now);
  return {
    dogs: [...state.dogs()],
    views: [...state.dogs()].map((dog) => viewDog(dog, now)),
    filed: [...state.dogs()].map(({ sn }) => state.entry(sn)?.filed),
    counts: state.counts(),
    byReason: [...state.byReason()].sort(),
    attempts: [...state.attempts()].sort(),
    delays: [...state.delays()].sort(),
    flapping: [state.flapping(), state.flapsInWindow()],
    sites: [...state.sites()].sort(),
    drops: [...state.drops.groups()],
    incident: findIncident(state, now),
    siteDrops: siteDrops(state, now - 3_600_000),
    gateways: state.gateways(),
    tickets: [[...state.tickets()], state.openTickets()],
    policy: state.policy(),
    unknown: [state.watchedFrom(), state.unknownSpans(), state.watchEvents()],
    due: state.nextChangeAt(),
    head: state.head(),
  };
}

it("H30: a snapshot taken at any moment and restored is the state rebuilt from all events", () => {
  fc.assert(
    fc.property(anyJournal, later, (events, wait) => {
      const now = endOf(events) + wait;
      const state = fold(events, new FleetState());
      state.advance(now);
      expect(tell(restored(state), now)).toEqual(tell(fold(events, new FleetState()), now));
    }),
    { numRuns: 300 },
  );
});

it("H31: going on from a snapshot gives the state, and tells what folding all would have told from there", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(60), later, (events, cut, wait) => {
      const before = events.slice(0, cut);
      const rest = events.slice(cut);
      const all = listening();
      const whole = fold(before, new FleetState({}, all.listener));
      whole.advance(endOf(before));
      all.told.length = 0;
      const part = listening();
      const copy = restored(whole, part.listener);
      expect(part.told).toEqual([]);
      fold(rest, copy);
      const now = endOf(events) + wait;
      expect(tell(copy, now)).toEqual(tell(fold(rest, whole), now));
      expect(byDog(part.told)).toEqual(byDog(all.told));
    }),
    { numRuns: 300 },
  );
});

it("H32: a snapshot made from an older one and the tail is the one made from scratch", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(60), (events, cut) => {
      const older = fold(events.slice(0, cut), new FleetState());
      const newer = fold(events.slice(cut), restored(older));
      const scratch = fold(events, new FleetState());
      expect([newer.head(), [...newer.storedDogs()]]).toEqual([scratch.head(), [...scratch.storedDogs()]]);
    }),
    { numRuns: 300 },
  );
});

it("H30: events that a snapshot holds are known to it", () => {
  fc.assert(
    fc.property(anyJournal, (events) => {
      const copy = restored(fold(events, new FleetState()));
      for (const event of events) expect(copy.ingest(event)).toEqual([]);
    }),
  );
});
