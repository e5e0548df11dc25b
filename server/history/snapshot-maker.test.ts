import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { FleetFold } from "#server/fleet/fleet-fold.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { createSlice } from "./slices.ts";
import { createSnapshotMaker } from "./snapshot-maker.ts";
import { restoreFold } from "./snapshots.ts";

vi.setConfig({ testTimeout: 60_000 });

const EVERY = 7;
const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

function makerOf(archive: MemoryArchive, clock: ImpatientClock, warn = vi.fn()) {
  const log = { ...QUIET, warn };
  return createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log, everyEvents: EVERY });
}

/** Told apart by everything a snapshot holds. */
function tell(fold: FleetFold) {
  return JSON.parse(JSON.stringify([fold.head(), [...fold.state.storedDogs()], [...fold.state.tickets()]]));
}

function scratch(events: readonly FleetEvent[]): FleetFold {
  const fold = new FleetFold();
  for (const event of events) {
    fold.advance(event.at);
    fold.ingest(event);
  }
  return fold;
}

/** Dogs that sign in and drop, one event a second. */
function busy(count: number, log = new EventLog(T0)): readonly FleetEvent[] {
  log.started();
  while (log.events.length < count) {
    const sn = `dog-${log.events.length % 5}`;
    const { session } = log.after(1_000).connected(sn);
    log.after(1_000).disconnected(sn, session);
  }
  return log.events.slice(0, count);
}

it("H35: every snapshot made along the way is the fold of all events up to its key", async () => {
  await fc.assert(
    fc.asyncProperty(anyJournal, fc.nat(60), async (events, cut) => {
      const clock = new ImpatientClock(endOf(events));
      const archive = new MemoryArchive(events.slice(0, cut));
      await makerOf(archive, clock).run();
      archive.add(events.slice(cut));
      // One that begins anew, as after a restart: it goes on from what is stored.
      await makerOf(archive, clock).run();
      for (const head of await archive.snapshots()) {
        const upTo = events.filter(
          ({ at, seq }) => at < head.through.at || (at === head.through.at && seq <= head.through.seq),
        );
        const stored = await restoreFold(archive, head, FLEET_OPTIONS, createSlice(clock));
        if (upTo.length > 0) expect(tell(stored)).toEqual(tell(scratch(upTo)));
        expect(head).toMatchObject({ foldVersion: FOLD_VERSION, dogs: stored.state.size + retired(stored) });
      }
    }),
    { numRuns: 300 },
  );
});

const retired = ({ state }: FleetFold) => [...state.dogs()].filter((dog) => dog.retired).length;

it("H36: a long journal has a snapshot every so many events, made in one fold", async () => {
  const archive = new MemoryArchive(busy(200));
  const maker = makerOf(archive, new ImpatientClock(T0 + 100_000));
  await maker.run();
  const heads = await archive.snapshots();
  expect(heads).toHaveLength(1 + Math.floor(200 / EVERY));
  expect(archive.calls.shard ?? 0).toBe(0);
  // Nothing came since: nothing is made.
  await maker.run();
  expect(await archive.snapshots()).toHaveLength(heads.length);
});

it("H36: a quiet fleet has one 15 minutes after the last, and none of them is kept that two busier ones make needless", async () => {
  const log = new EventLog(T0);
  const clock = new ImpatientClock(T0 + 60_000);
  const archive = new MemoryArchive(busy(2, log));
  const maker = makerOf(archive, clock);
  await maker.run();
  expect(await archive.snapshots()).toHaveLength(1);
  for (let quarter = 1; quarter <= 12; quarter++) {
    clock.advance(900_000);
    archive.add([log.after(900_000).connected(`dog-${quarter}`)]);
    await maker.run();
  }
  const heads = await archive.snapshots();
  expect(heads.at(-1)?.through.at).toBe(archive.rows.at(-1)?.at);
  expect(heads.length).toBeLessThanOrEqual(2 + Math.ceil(14 / EVERY) + 1);
  const orphans = [...archive.parts.keys()].filter((key) => !heads.some(({ id }) => key.startsWith(`${id}/`)));
  expect(orphans).toEqual([]);
});

it("H36: however quiet, a day has one: what is older than an age is cut there", async () => {
  const log = new EventLog(T0);
  const clock = new ImpatientClock(T0 + 60_000);
  const archive = new MemoryArchive(busy(2, log));
  const maker = createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET });
  await maker.run();
  for (let hour = 0; hour < 240; hour++) {
    clock.advance(3_600_000);
    archive.add([log.after(3_600_000).connected("dog-1")]);
    await maker.run();
  }
  const instants = (await archive.snapshots()).map(({ at }) => at);
  for (const [i, at] of instants.entries()) expect(at - (instants[i - 1] ?? at)).toBeLessThanOrEqual(86_400_000);
  expect(instants.length).toBeLessThanOrEqual(2 + 2 * 10);
});

it("H37: a snapshot that was cut short is nobody's: its shards go, and the next start makes it again", async () => {
  const events = busy(60);
  for (let failAt = 1; failAt < 40; failAt++) {
    const archive = new MemoryArchive(events);
    const clock = new ImpatientClock(endOf(events));
    let writes = 0;
    archive.onWrite = () => {
      if (++writes === failAt) throw new Error("killed");
    };
    await makerOf(archive, clock)
      .run()
      .catch(() => {});
    archive.onWrite = () => {};
    await makerOf(archive, clock).run();
    const heads = await archive.snapshots();
    expect(heads.length).toBeGreaterThanOrEqual(1 + Math.floor(60 / EVERY));
    const newest = heads.at(-1);
    if (newest === undefined) throw new Error("no snapshot");
    const upTo = events.filter(({ seq }) => seq <= newest.through.seq);
    expect(tell(await restoreFold(archive, newest, FLEET_OPTIONS, createSlice(clock)))).toEqual(tell(scratch(upTo)));
    expect([...archive.parts.keys()].every((key) => archive.heads.has(key.slice(0, key.lastIndexOf("/"))))).toBe(true);
  }
});

it("H38: snapshots of another fold version are not read, which is told, and leave once ours have caught up", async () => {
  const archive = new MemoryArchive(busy(30));
  const at = T0 + 5_000;
  const through = { at, epoch: "x", seq: 1 };
  const body = new Uint8Array([1, 2, 3]);
  for (const foldVersion of [FOLD_VERSION - 1, FOLD_VERSION + 1]) {
    await archive.putSnapshot({ id: `v${foldVersion}`, at, through, foldVersion, dogs: 0, shards: 0, bytes: 3, body });
  }
  const warn = vi.fn();
  await makerOf(archive, new ImpatientClock(T0 + 100_000), warn).run();
  expect(warn).toHaveBeenCalledOnce();
  const versions = (await archive.snapshots()).map(({ foldVersion }) => foldVersion);
  // A newer one is left for whoever can read it.
  expect(versions.filter((version) => version !== FOLD_VERSION)).toEqual([FOLD_VERSION + 1]);
});

it("H38: an empty journal has no snapshot", async () => {
  const archive = new MemoryArchive();
  await makerOf(archive, new ImpatientClock(T0)).run();
  expect(await archive.snapshots()).toEqual([]);
});
