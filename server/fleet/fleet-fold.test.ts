import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { EventLog, ourSchedule } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { FleetFold, type FoldHead, type FoldShard, rosterOf } from "./fleet-fold.ts";
import { slowPartsOf, summarise } from "./fleet-summary.ts";
import { HOUR_MS, windowStart } from "./hour-history.ts";

vi.setConfig({ testTimeout: 60_000 });

const later = fc.integer({ min: 0, max: 5_000_000 });
const HEALTH = { status: "ok", queued: 0, oldestMs: 0, dropped: 0, lastCommitAt: null } as const;
const SETTINGS = { forceDeadlineMs: 300_000, forceRate: 50 };

function folded(events: readonly FleetEvent[], fold = new FleetFold()): FleetFold {
  for (const event of events) {
    fold.advance(event.at);
    fold.ingest(event);
  }
  return fold;
}

function restored(fold: FleetFold): FleetFold {
  const shard = { dogs: [...fold.state.storedDogs()], tickets: [...fold.state.tickets()] };
  const { head, shards } = JSON.parse(JSON.stringify({ head: fold.head(), shards: [shard] }));
  const copy = new FleetFold();
  copy.restoreHead(head as FoldHead);
  for (const one of shards as FoldShard[]) copy.restoreShard(one);
  return copy;
}

/** What the API tells of a fold at `now`. */
function tell(fold: FleetFold, now: number) {
  fold.advance(now);
  const fleet = { state: fold.state, history: fold.history, roster: rosterOf(fold.state) };
  const from = windowStart(now, HOUR_MS);
  return {
    summary: summarise({ tail: fleet, health: HEALTH, settings: SETTINGS, slow: slowPartsOf(fleet, now) }, now),
    begun: fold.history.begun(from),
    columns: Object.values(fleet.roster.columns).map((column) => [...column.subarray(0, fleet.roster.size)]),
    due: fold.state.nextChangeAt(),
  };
}

it("H33: summary, rows and last hour go on from a snapshot as if there had been none", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(60), later, later, (events, cut, pause, wait) => {
      const before = events.slice(0, cut);
      const rest = events.slice(cut);
      const whole = folded(before);
      whole.advance(Math.min(endOf(before) + pause, rest[0]?.at ?? Number.POSITIVE_INFINITY));
      const now = endOf(events) + pause + wait;
      expect(tell(folded(rest, restored(whole)), now)).toEqual(tell(folded(events), now));
    }),
    { numRuns: 300 },
  );
});

it("H34: a fold's head made from an older snapshot and the tail is the one made from scratch", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(60), (events, cut) => {
      const newer = folded(events.slice(cut), restored(folded(events.slice(0, cut))));
      expect(JSON.stringify(newer.head())).toBe(JSON.stringify(folded(events).head()));
    }),
    { numRuns: 300 },
  );
});

/** What each version of the fold makes of the same journals. Versions that were shipped are never edited. */
const SHIPPED: Readonly<Record<number, string>> = {
  1: "1199c0ccf947e277922970a8dac5c73c",
  2: "49c1e873938ca24cefedb6b1b433a5c1",
};

/** A dog of ours that drops again and again before it is stable, its dials reported. */
function flappingJournal(): readonly FleetEvent[] {
  const log = new EventLog();
  for (let flaps = 0; flaps < 12; flaps++) {
    const dials = 1 + (flaps % 3);
    const told = {
      id: `o${flaps}`,
      dials,
      durationMs: 9_000,
      delaysMs: [],
      probes: 0,
      lastError: null,
      serversTried: 1,
    };
    const outage = flaps === 0 ? null : told;
    const { session } = log.after(9_000).connected("dog-1", { schedule: ourSchedule, outage });
    log.after(20_000).disconnected("dog-1", session);
  }
  return log.events;
}

it("H39: the fold is the one recorded for its version: what folds otherwise, or keeps other things, has a version of its own", () => {
  const hash = createHash("sha256");
  for (const events of [...fc.sample(anyJournal, { seed: 5, numRuns: 60 }), flappingJournal()]) {
    const fold = folded(events);
    const dump = [fold.head(), [...fold.state.storedDogs()], [...fold.state.tickets()]];
    hash.update(JSON.stringify(dump));
  }
  expect(hash.digest("hex").slice(0, 32)).toBe(SHIPPED[FOLD_VERSION]);
});
