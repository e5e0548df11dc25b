import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { FleetFold } from "#server/fleet/fleet-fold.ts";
import { fromRow, toRow } from "#server/journal/journal-store.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { bootSnapshots } from "./boot-snapshot.ts";
import { createPast } from "./past.ts";
import { answering } from "./questions.ts";
import { type RetentionPolicy, retain } from "./retention.ts";
import { createSnapshotMaker } from "./snapshot-maker.ts";

/** A year is folded again and again: a loaded machine may need longer than one alone does. */
vi.setConfig({ testTimeout: 30_000 });

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const DAY_MS = 86_400_000;
const KEEP: RetentionPolicy = { ageMs: null, bytes: null, minutesMs: 8 * DAY_MS, hoursMs: 400 * DAY_MS };

/** A year: one dog signs in and is never heard again, others come and go. */
function year(): readonly FleetEvent[] {
  const log = new EventLog(T0);
  log.started();
  log.connected("hermit");
  for (let day = 0; day < 365; day++) {
    const { session } = log.after(DAY_MS / 2).connected(`dog-${day % 7}`);
    log.after(DAY_MS / 2).disconnected(`dog-${day % 7}`, session);
  }
  return log.events;
}

async function world(events: readonly FleetEvent[], warn = vi.fn()) {
  const clock = new ImpatientClock((events.at(-1)?.at ?? T0) + 1_000);
  const archive = new MemoryArchive(events);
  await createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET, everyEvents: 20 }).run();
  const run = (policy: Partial<RetentionPolicy>) =>
    retain({ archive, clock, log: { ...QUIET, warn }, policy: { ...KEEP, ...policy } });
  return { archive, clock, run };
}

/** The state a start has: the newest snapshot and the events after it. */
async function boot({ archive, clock }: { archive: MemoryArchive; clock: ImpatientClock }) {
  const past = createPast({
    archive,
    clock,
    log: QUIET,
    settings: { options: {}, summary: { forceDeadlineMs: 1, forceRate: 1 }, retention: KEEP },
  });
  const snapshot = await bootSnapshots(answering(past), clock.now(), { clock, log: QUIET }).newest();
  if (snapshot === null) throw new Error("no snapshot to start from");
  await past.close();
  const fold = new FleetFold();
  fold.restoreHead(snapshot.head);
  for await (const shard of snapshot.shards) fold.restoreShard(shard);
  for (const row of await archive.events({ after: snapshot.through, limit: 10_000 })) {
    fold.advance(row.at);
    fold.ingest(fromRow(row));
  }
  fold.advance(clock.now());
  return JSON.parse(JSON.stringify([fold.head(), [...fold.state.storedDogs()]]));
}

it("H50: events older than the age go, those a snapshot does not cover and every dog's newest stay", async () => {
  const made = await world(year());
  const { archive, clock, run } = made;
  const before = await boot(made);
  await run({ ageMs: 30 * DAY_MS });
  const oldestSnapshot = (await archive.snapshots())[0];
  expect(oldestSnapshot?.at).toBeLessThanOrEqual(clock.now() - 30 * DAY_MS);
  expect(oldestSnapshot?.at).toBeGreaterThan(clock.now() - 60 * DAY_MS);
  const through = oldestSnapshot?.through.at ?? 0;
  const old = archive.rows.filter((row) => row.at < through);
  expect(old.map(({ sn }) => sn)).toContain("hermit");
  expect(new Set(old.map(({ sn }) => sn)).size).toBe(old.length);
  expect(archive.rows.filter((row) => row.at >= through)).toHaveLength(archive.rows.length - old.length);
  expect(await boot(made)).toEqual(before);
});

it("H51: a dog silent for a year is known after retention and a restart", async () => {
  const made = await world(year());
  await made.run({ ageMs: DAY_MS });
  const [, dogs] = await boot(made);
  expect(dogs.map(({ dog }: { dog: { sn: string } }) => dog.sn)).toContain("hermit");
});

it("H52: a deletion cut short at any write leaves a journal that starts to the same state, and the next run ends it", async () => {
  const events = year();
  const whole = await world(events);
  const expected = await boot(whole);
  await whole.run({ ageMs: 90 * DAY_MS });
  for (let failAt = 1; failAt < 40; failAt++) {
    const made = await world(events);
    let writes = 0;
    made.archive.onWrite = () => {
      if (++writes === failAt) throw new Error("killed");
    };
    await made.run({ ageMs: 90 * DAY_MS }).catch(() => {});
    made.archive.onWrite = () => {};
    expect(await boot(made)).toEqual(expected);
    await made.run({ ageMs: 90 * DAY_MS });
    expect(made.archive.rows).toEqual(whole.archive.rows);
    expect([...made.archive.heads.keys()]).toEqual([...whole.archive.heads.keys()]);
  }
});

it("H53: by size the oldest go until it fits, and none of the last day whatever the size", async () => {
  const made = await world(year());
  const { archive, clock, run } = made;
  const before = await boot(made);
  const bytes = await archive.bytes();
  await run({ bytes: bytes / 2 });
  expect(await archive.bytes()).toBeLessThanOrEqual(bytes / 2);
  expect(await archive.bytes()).toBeGreaterThan(bytes / 4);
  expect(await boot(made)).toEqual(before);
  await run({ bytes: 1 });
  const horizon = (await archive.snapshots())[0];
  expect(horizon?.at).toBeLessThanOrEqual(clock.now() - DAY_MS);
  const kept = year().filter(({ at, seq }) => at > (horizon?.at ?? 0) || seq === horizon?.through.seq);
  expect(archive.rows.map(({ seq }) => seq)).toEqual(expect.arrayContaining(kept.map(({ seq }) => seq)));
  expect(await boot(made)).toEqual(before);
});

it("H58: what is derived counts for the size and cannot go for it: that is said, and a day of events stays", async () => {
  const warn = vi.fn();
  const { archive, clock, run } = await world(year(), warn);
  const events = await archive.bytes();
  archive.derived = 3 * events;
  await run({ bytes: 5 * events });
  expect(warn).not.toHaveBeenCalled();
  await run({ bytes: 2 * events });
  expect(warn.mock.calls.map(([, message]) => message)).toEqual([
    expect.stringContaining("more than half of RETENTION_SIZE"),
    expect.stringContaining("only the last day is left"),
  ]);
  expect(warn.mock.calls[0]?.[0]).toEqual({ bytes: 4 * events, derived: 3 * events, most: 2 * events });
  expect(archive.rows.filter(({ at }) => at > clock.now() - DAY_MS)).toEqual(
    year()
      .map(toRow)
      .filter(({ at }) => at > clock.now() - DAY_MS),
  );
});

it("H54: keeping everything deletes no event, and rollups by their own ages", async () => {
  const { archive, run } = await world(year());
  const rows = archive.rows.length;
  const drop = vi.spyOn(archive, "dropDerived");
  await run({});
  expect(archive.rows).toHaveLength(rows);
  expect(drop.mock.calls.map(([what]) => what)).toMatchObject([{ size: 60_000 }, { size: 3_600_000, outages: true }]);
});
