import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { Historian } from "#lib/history/historian.ts";
import { decodeRollup, HOUR_MS } from "#lib/history/rollup.ts";
import { EventLog } from "#lib/testing/builders.ts";
import { createSnapshotMaker } from "#server/history/snapshot-maker.ts";
import { openArchive } from "#server/journal/database/archive.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import { toRow } from "#server/journal/journal-store.ts";
import { commit, derived, outage } from "#server/testing/derived-samples.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { rebuildRollups } from "./rebuild-rollups.ts";

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
/** A whole hour. */
const H0 = 1_790_002_800_000;
const CREDITED = 20 * 60_000;
const TOLD = CREDITED + 900;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-rebuild-test-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A gateway and two dogs from five minutes past the hour on, told through `TOLD`, time credited through `CREDITED`. */
async function kept() {
  const location = { kind: "sqlite", file: join(dir, "journal.db") } as const;
  const log = new EventLog(H0 + 5 * 60_000);
  log.started();
  log.after(1_000).connected("d1");
  log.after(5 * 60_000).connected("d2");
  const historian = new Historian();
  const state = new FleetState(FLEET_OPTIONS, historian.listener);
  for (const event of log.events) {
    state.advance(event.at);
    state.ingest(event);
  }
  state.advance(H0 + TOLD);
  const derived = historian.take(H0 + TOLD, H0 + CREDITED);
  const hot = await openHot(location);
  await hot.commit(commit(1, { rows: log.events.map(toRow), aliveAt: H0 + TOLD, derived }));
  await hot.close();
  return { location, events: log.events };
}

function stored() {
  const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
  try {
    const alive = db
      .prepare("SELECT told_through - ? AS told, credited_through - ? AS credited FROM alive")
      .get(H0, H0);
    const hour = db.prepare(`SELECT body FROM rollups WHERE size = ? AND "by" = 'fleet' AND at = ?`).get(HOUR_MS, H0);
    return { ...alive, watchedMs: decodeRollup(String(hour?.body)).watchedMs };
  } finally {
    db.close();
  }
}

it("J64: where the events give many stored outages no more, nothing is changed, in one line, unless forced", async () => {
  const { location } = await kept();
  const hot = await openHot(location);
  const outages = Array.from({ length: 12 }, (_, n) => outage("d1", H0 + 400_000 + n, { endedAt: H0 + 500_000 + n }));
  await hot.commit(commit(2, { aliveAt: H0 + TOLD, derived: derived(H0 + TOLD, { outages }) }));
  await hot.close();
  const rebuild = (force: boolean) =>
    rebuildRollups({ location, dataDir: dir, pid: process.pid, options: FLEET_OPTIONS, force });
  await expect(rebuild(false)).rejects.toThrow(/^the journal's events do not give 12 of 12 stored outages: .*--force/);
  expect((await rebuild(true)).tables.outages).toMatchObject({ removed: 12 });
  expect((await rebuild(false)).tables.outages).toMatchObject({ removed: 0 });
});

it("J63: a start after a rebuild credits time on from where the stored time ends", async () => {
  const { location } = await kept();
  const began = 5 * 60_000;
  expect(stored()).toEqual({ told: TOLD, credited: CREDITED, watchedMs: CREDITED - began });
  await rebuildRollups({ location, dataDir: dir, pid: process.pid, options: FLEET_OPTIONS });
  expect(stored()).toEqual({ told: TOLD, credited: CREDITED, watchedMs: CREDITED - began });
});

it("J63: the same where the horizon lies in the hour that is still open, whose rows no events are left for", async () => {
  const { location, events } = await kept();
  const archive = await openArchive(location);
  const clock = new ImpatientClock(H0 + TOLD);
  await createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET, everyEvents: 2 }).run();
  const horizon = (await archive.snapshots())[1];
  expect(horizon?.at).toBe(events[1]?.at);
  for (const { id, at } of await archive.snapshots()) if (at < (horizon?.at ?? 0)) await archive.dropSnapshot(id);
  if (horizon) await archive.putHorizon(horizon.through);
  await archive.close();
  const before = stored();
  const { tables } = await rebuildRollups({ location, dataDir: dir, pid: process.pid, options: FLEET_OPTIONS });
  expect(tables.rollups).toEqual({ same: 0, changed: 0, added: 0, removed: 0 });
  expect(stored()).toEqual(before);
});
