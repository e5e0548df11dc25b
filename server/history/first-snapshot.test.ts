import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { FleetFold } from "#server/fleet/fleet-fold.ts";
import { fromRow } from "#server/journal/journal-store.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { bootSnapshots } from "./boot-snapshot.ts";
import { factsOf } from "./facts.ts";
import { createMoments } from "./moments.ts";
import { createPast } from "./past.ts";
import { answering } from "./questions.ts";
import { retain } from "./retention.ts";
import { createSnapshotMaker } from "./snapshot-maker.ts";

vi.setConfig({ testTimeout: 30_000 });

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const DAY_MS = 86_400_000;
const SUMMARY = { forceDeadlineMs: 1, forceRate: 1 };
const KEEP = { ageMs: null, bytes: null, minutesMs: 8 * DAY_MS, hoursMs: 400 * DAY_MS };

/**
 * Sixty days in two runs of the gateway. `hermit` signed in and was in when the first run died; `gone` dropped on the first day;
 * `refused` was turned away last; five others come and go, of which `late-4` is in when the horizon comes.
 */
function story(): readonly FleetEvent[] {
  const first = new EventLog(T0, "018bcfe5-6800-7000-8000-000000000001");
  first.started();
  first.append({
    type: "policy.changed",
    pushed: { maxRetries: 7, baseDelayMs: 500, maxDelayMs: 9_000 },
    assumed: { maxRetries: 15, baseDelayMs: 1_000, maxDelayMs: 60_000 },
  });
  first.connected("hermit");
  const gone = first.connected("gone");
  first.after(DAY_MS / 2).disconnected("gone", gone.session);
  const log = new EventLog(first.now + 60_000, "018bcfe5-6800-7000-8000-000000000002");
  log.started("gw-1", { epoch: first.epoch, aliveUntil: first.now + 1_000, clean: false });
  const refused = log.connected("refused");
  log.after(60_000).disconnected("refused", refused.session);
  log.refused("refused");
  for (let day = 0; day < 60; day++) {
    for (let dog = 0; dog < 5; dog++) {
      const { session } = log.after(DAY_MS / 12).connected(`late-${dog}`);
      log.after(DAY_MS / 12).disconnected(`late-${dog}`, session);
    }
  }
  return [...first.events, ...log.events];
}

/** Its last fifteen days, after retention. */
async function retained() {
  const events = story();
  const clock = new ImpatientClock((events.at(-1)?.at ?? T0) + 1_000);
  const archive = new MemoryArchive(events);
  const maker = () =>
    createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET, everyEvents: 21 }).run();
  await maker();
  await retain({ archive, clock, log: QUIET, policy: { ...KEEP, ageMs: 15 * DAY_MS } });
  const horizon = (await archive.snapshots())[0];
  if (horizon === undefined) throw new Error("no snapshot is left");
  /** What a new version of the fold finds: no snapshot it reads. */
  const upgrade = () => {
    for (const [id, head] of [...archive.heads]) {
      archive.heads.delete(id);
      archive.heads.set(`0.${id}`, { ...head, id: `0.${id}`, foldVersion: FOLD_VERSION - 1 });
    }
  };
  const moments = () => createMoments({ archive, clock, options: FLEET_OPTIONS, settings: SUMMARY });
  return { archive, clock, horizon, maker, upgrade, moments };
}

const ALL = { sort: "sn", order: "asc", limit: 100 } as const;

it("H59: a new version of the fold keeps the horizon: before it is 410, at it begins the first snapshot", async () => {
  const { archive, horizon, maker, upgrade, moments } = await retained();
  expect(await archive.horizon()).toEqual({
    at: horizon.through.at,
    epoch: horizon.through.epoch,
    seq: horizon.through.seq,
  });
  // The newest event of a dog long silent is older, and says nothing of how far back they are kept.
  expect(archive.rows[0]?.at).toBeLessThan(horizon.at);
  expect((await factsOf({ archive, moments: moments() })).oldestAt).toBe(horizon.at);
  upgrade();
  expect(await moments().earliest()).toBe(horizon.at);
  await maker();
  expect((await archive.snapshots())[0]).toMatchObject({ at: horizon.at, through: horizon.through });
  expect(await moments().earliest()).toBe(horizon.at);
  await expect(moments().summaryAt(horizon.at - 1)).rejects.toMatchObject({
    code: "before_horizon",
    earliest: horizon.at,
  });
});

it("H60: a new version of the fold knows every dog that has an event left, and in the states it was in", async () => {
  const { clock, horizon, maker, upgrade, moments } = await retained();
  const instants = [horizon.at, horizon.at + DAY_MS, clock.now()];
  const tell = async () => {
    const told: (readonly string[])[] = [];
    for (const at of instants) {
      const { items } = await moments().pageAt(at, ALL, "all");
      told.push(items.map(({ client_id, state }) => `${client_id} ${state}`));
    }
    return told;
  };
  const before = await tell();
  expect(before[2]).toHaveLength(8);
  upgrade();
  await maker();
  const after = await tell();
  expect(after[2]).toEqual(before[2]);
  expect(after[1]).toEqual(before[1]);
  // At the horizon itself only dogs that signed in anew since are not known: nothing is left that tells of them.
  for (const row of ["gone", "hermit", "refused"]) {
    const of = (rows: readonly string[] | undefined) => rows?.filter((one) => one.startsWith(row));
    expect(of(after[0])).toEqual(of(before[0]));
  }
});

it("H60: a dog whose first event left is a drop is in from the horizon to it, and its drop is no flap", async () => {
  const log = new EventLog(T0);
  log.started();
  const { session } = log.connected("dog");
  const cut = log.after(DAY_MS).connected("other");
  log.after(5_000).disconnected("dog", session);
  const archive = new MemoryArchive(log.events);
  await archive.putHorizon(cut);
  while ((await archive.dropEvents(cut, 10)) > 0);
  const clock = new ImpatientClock(log.now + 2_000);
  await createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET }).run();
  const moments = createMoments({ archive, clock, options: FLEET_OPTIONS, settings: SUMMARY });
  const stateAt = async (at: number) => (await moments.at(at)).state.get("dog");
  expect(await stateAt(cut.at)).toMatchObject({ session: { id: session }, outage: null });
  expect(await stateAt(clock.now())).toMatchObject({ session: null, flaps: [], lastReason: expect.any(String) });
});

it("H60: a start on a new version of the fold goes on from the horizon, with the policy and every dog", async () => {
  const { archive, clock, horizon, maker, upgrade } = await retained();
  const start = async () => {
    const settings = { options: {}, summary: SUMMARY, retention: KEEP };
    const past = createPast({ archive, clock, log: QUIET, settings });
    const snapshot = await bootSnapshots(answering(past), clock.now(), { clock, log: QUIET }).newest();
    await past.close();
    if (snapshot === null) throw new Error("no snapshot to start from");
    const fold = new FleetFold();
    fold.restoreHead(snapshot.head);
    for await (const shard of snapshot.shards) fold.restoreShard(shard);
    for (const row of await archive.events({ after: snapshot.through, limit: 10_000 })) {
      fold.advance(row.at);
      fold.ingest(fromRow(row));
    }
    fold.advance(clock.now());
    return { through: snapshot.through, fold };
  };
  const before = await start();
  upgrade();
  const after = await start();
  expect(after.through).toEqual(horizon.through);
  expect(after.fold.state.counts()).toEqual(before.fold.state.counts());
  expect(after.fold.head().fleet.policy).toEqual(before.fold.head().fleet.policy);
  expect(after.fold.state.get("hermit")).toEqual(before.fold.state.get("hermit"));
  expect(after.fold.state.get("gone")).toMatchObject({
    session: null,
    lastSession: before.fold.state.get("gone")?.lastSession,
  });
  await maker();
  expect((await archive.snapshots())[0]?.through).toEqual(horizon.through);
});
