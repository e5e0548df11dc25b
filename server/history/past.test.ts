import { expect, it } from "vitest";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { createPast } from "./past.ts";
import { createSnapshotMaker } from "./snapshot-maker.ts";

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const DAY_MS = 86_400_000;
const LOOK_MS = 10_000;

/** Forty days of one dog, of which one is to be kept, and the thread of the past as a start finds it. */
async function world() {
  const log = new EventLog(T0);
  log.started();
  for (let day = 0; day < 40; day++) {
    const { session } = log.after(DAY_MS / 2).connected("dog");
    log.after(DAY_MS / 2).disconnected("dog", session);
  }
  const archive = new MemoryArchive(log.events);
  const before = new ImpatientClock(log.now);
  await createSnapshotMaker({ archive, clock: before, options: FLEET_OPTIONS, log: QUIET, everyEvents: 8 }).run();
  const clock = new FakeClock(log.now + 1_000);
  const retention = { ageMs: DAY_MS, bytes: null, minutesMs: 8 * DAY_MS, hoursMs: 400 * DAY_MS };
  const settings = { options: {}, summary: { forceDeadlineMs: 1, forceRate: 1 }, retention };
  const past = createPast({ archive, clock, log: QUIET, settings });
  /** Whatever waits for a turn or a short pause gets it, so that a look ends. */
  async function looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++) {
      clock.advance(LOOK_MS);
      for (let turn = 0; turn < 2_000; turn++) {
        await Promise.resolve();
        clock.advance(0);
      }
    }
  }
  return { archive, clock, past, looks, events: log.events.length };
}

it("H57: a start that replays for an hour loses nothing to retention, which begins once it is through", async () => {
  const { archive, past, looks, events } = await world();
  await looks(3);
  expect(await archive.snapshots()).not.toEqual([]);
  expect(archive.rows).toHaveLength(events);
  past.booted();
  await looks(40);
  expect(archive.rows.length).toBeLessThan(events / 2);
});

it("H61: a moment nobody looks at any more is let go of within two and a quarter minutes, without another jump", async () => {
  const { clock, past } = await world();
  await past.moments.at(clock.now() - DAY_MS);
  await past.moments.at(clock.now() - 2 * DAY_MS);
  clock.advance(100_000);
  expect(past.moments.held()).toBe(2);
  await past.moments.at(clock.now() - DAY_MS - 100_000);
  clock.advance(35_000);
  expect(past.moments.held()).toBe(1);
  clock.advance(100_000);
  expect(past.moments.held()).toBe(0);
  await past.close();
  expect(clock.pending).toBe(0);
});
