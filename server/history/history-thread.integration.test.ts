import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FOLD_VERSION } from "#lib/fleet/fleet-snapshot.ts";
import { EventLog } from "#lib/testing/builders.ts";
import { createFleetTail, type FleetTail } from "#server/fleet/fleet-tail.ts";
import type { Archive, JournalLocation } from "#server/journal/archive.ts";
import type { OpenJournal } from "#server/journal/create-journal.ts";
import { createJournalAt } from "#server/journal/create-journal-at.ts";
import { openArchive } from "#server/journal/database/archive.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import { toRow } from "#server/journal/journal-store.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { createHistory, type OpenHistory } from "./create-history.ts";
import type { RetentionPolicy } from "./retention.ts";

/** Each test folds thousands of events several times: a loaded machine may need longer than one alone does. */
vi.setConfig({ testTimeout: 90_000 });

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEEP: RetentionPolicy = { ageMs: null, bytes: null, minutesMs: 8 * DAY_MS, hoursMs: 400 * DAY_MS };
const EVENTS = 12_000;

/** Fifty dogs that come and go, an event a second, up to a minute ago. The first dog is heard once and never again. */
function story(): EventLog {
  const log = new EventLog(systemClock.now() - EVENTS * 1_000 - 60_000);
  log.started();
  log.connected("hermit");
  while (log.events.length < EVENTS) {
    const sn = `dog-${Math.floor(log.events.length / 2) % 50}`;
    const { session } = log.after(1_000).connected(sn);
    log.after(1_000).disconnected(sn, session);
  }
  return log;
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const beganAt = performance.now();
  while (!(await check().catch(() => false))) {
    if (performance.now() - beganAt > 30_000) throw new Error(`${what}: not within 30 s`);
    await sleep(20);
  }
}

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const PLACES: Readonly<Record<string, (dir: string) => Promise<JournalLocation>>> = {
  SQLite: async (dir) => ({ kind: "sqlite", file: join(dir, "journal.db") }),
  PostgreSQL: async () => ({ kind: "postgres", url: await server.createDatabase() }),
};

describe.each(Object.entries(PLACES))("the thread of the past, over a journal in %s", (_name, placeIn) => {
  let dir = "";
  let location: JournalLocation;
  let log: EventLog;
  const threads: Worker[] = [];
  const opened: { close(): Promise<void> | void }[] = [];
  const remember = (thread: Worker) => threads.push(thread);
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    opened.push(one);
    return one;
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(SCRATCH, "leash-history-"));
    log = story();
    location = await placeIn(dir);
    const hot = await openHot(location);
    const rows = log.events.map(toRow);
    await hot.commit({
      epoch: log.epoch,
      gateway: "gw-1",
      rows,
      aliveAt: log.now,
      clean: true,
      number: 1,
      derived: null,
    });
    await hot.close();
    process.on("worker", remember);
  });
  afterEach(async () => {
    process.off("worker", remember);
    for (const one of opened.splice(0).reverse()) await one.close();
    threads.length = 0;
    await rm(dir, { recursive: true });
  });

  const openPast = (retention: RetentionPolicy = KEEP): OpenHistory => {
    const settings = { options: {}, summary: { forceDeadlineMs: 1, forceRate: 1 }, retention };
    const history = keep(createHistory({ clock: systemClock, log: SILENT, location, settings }));
    if (retention !== KEEP) history.booted();
    return history;
  };
  const openJournal = async (): Promise<OpenJournal> =>
    keep(await createJournalAt(location, { pid: process.pid, clock: systemClock, gateway: "gw-1", log: SILENT }));
  const snapshotsOf = (archive: Archive) => archive.snapshots();
  async function caughtUp(archive: Archive): Promise<void> {
    await until("snapshots", async () => {
      const newest = await archive.snapshot(FOLD_VERSION, null);
      return newest !== null && (await archive.countEvents(newest.through, Number.MAX_SAFE_INTEGER, 5_000)) < 5_000;
    });
  }
  async function startedTail(journal: OpenJournal, history?: OpenHistory): Promise<FleetTail> {
    const snapshots = history?.snapshots(log.now);
    const tail = keep(createFleetTail({ journal, clock: systemClock, ...(snapshots ? { snapshots } : {}) }));
    await tail.start();
    return tail;
  }
  /** What a fold of these events knows, at an instant of its own. */
  const tell = ({ state }: FleetTail, at: number) => {
    state.advance(at);
    return { counts: state.counts(), dogs: [...state.storedDogs()], gateways: state.gateways() };
  };

  it("H46: summaries and pages of the past are answered by it, and it is started again when it dies", async () => {
    const history = openPast();
    const archive = keep(await openArchive(location));
    await caughtUp(archive);
    expect((await snapshotsOf(archive)).length).toBeGreaterThanOrEqual(3);
    const at = (log.events[7_001]?.at ?? 0) + 1;
    const summary = await history.summaryAt(at);
    expect(summary).toMatchObject({ as_of: new Date(at).toISOString(), known: 51 });
    const page = await history.pageAt(at, { sort: "since", order: "desc", limit: 10 }, "all");
    expect(page.total).toBe(51);
    await expect(history.summaryAt(systemClock.now() + 60_000)).rejects.toMatchObject({
      code: "invalid_input",
      fields: [{ field: "at" }],
    });
    const earliest = log.events[0]?.at;
    expect(await history.earliest()).toBe(earliest);
    await expect(history.summaryAt((earliest ?? 0) - 1)).rejects.toMatchObject({ code: "before_horizon", earliest });

    await threads.at(-1)?.terminate();
    await expect(history.summaryAt(at)).rejects.toMatchObject({ code: "history_unavailable" });
    await until("the thread is back", async () => (await history.summaryAt(at)).known === 51);
    expect(await history.summaryAt(at)).toEqual(summary);
  });

  it("H47: a start goes on from the newest snapshot with a tail, and ends where a full replay does", async () => {
    const history = openPast();
    const archive = keep(await openArchive(location));
    await caughtUp(archive);
    const journal = await openJournal();
    let replayed = 0;
    const watched: OpenJournal = {
      ...journal,
      replay: (onBatch, after) =>
        journal.replay((events: readonly FleetEvent[]) => {
          replayed += events.length;
          onBatch(events);
        }, after),
    };
    const quick = await startedTail(watched, history);
    expect(replayed).toBeGreaterThanOrEqual(1_000);
    expect(replayed).toBeLessThan(EVENTS - 5_000);
    const whole = await startedTail(journal);
    const at = systemClock.now() + 1;
    expect(tell(quick, at)).toEqual(tell(whole, at));
    const { items } = await quick.feed.page({ limit: 500 }, at);
    expect(items).toEqual((await whole.feed.page({ limit: 500 }, at)).items);
    // Beyond what came with the tail the feed is the journal's.
    const before = `${log.events[2_000]?.at}.${log.epoch}.2001`;
    expect((await quick.feed.page({ limit: 100, before }, at)).items).toHaveLength(100);
  });

  it("H48: a journal of which nothing was told yet is read whole, snapshots or not", async () => {
    const history = openPast();
    const archive = keep(await openArchive(location));
    await caughtUp(archive);
    expect(await history.snapshots(null).newest()).toBeNull();
    expect(await history.snapshots(log.now - 6_000_000).newest()).toMatchObject({
      through: { epoch: log.epoch, seq: 5_000 },
    });
  });

  it("H48: where the past does not answer, a start reads the whole journal", async () => {
    const history = openPast();
    await history.close();
    const tail = await startedTail(await openJournal(), history);
    expect(tail.state.size).toBe(51);
  });

  it("H56: retention killed in its midst leaves a journal that starts to the same state; then it ends", async () => {
    const ageMs = 1.5 * HOUR_MS;
    const makers = openPast();
    const archive = keep(await openArchive(location));
    await caughtUp(archive);
    await makers.close();
    const at = systemClock.now() + 60_000;
    const state = async () => {
      const journal = await openJournal();
      const tail = await startedTail(journal, openPast());
      const told = tell(tail, at);
      for (const one of opened.splice(opened.indexOf(archive) + 1).reverse()) await one.close();
      return JSON.parse(JSON.stringify(told));
    };
    const before = await state();

    const stored = async () => archive.countEvents(null, Number.MAX_SAFE_INTEGER, EVENTS + 1);
    openPast({ ...KEEP, ageMs });
    await until("some are deleted", async () => (await stored()) < EVENTS - 200);
    await threads.at(-1)?.terminate();
    expect(await stored()).toBeLessThan(EVENTS - 200);
    await opened.pop()?.close();
    expect(await state()).toEqual(before);

    const history = openPast({ ...KEEP, ageMs });
    await until("it ends", async () => {
      const horizon = (await snapshotsOf(archive))[0];
      if (horizon === undefined || horizon.at < (log.events[1]?.at ?? 0)) return false;
      return (await archive.events({ to: horizon.through.at, limit: 100 })).length === 2;
    });
    const [, hermit] = await archive.events({ limit: 2 });
    expect(hermit?.body).toContain("hermit");
    const horizon = await history.earliest();
    expect(horizon).toBeLessThanOrEqual(systemClock.now() - ageMs);
    await expect(history.summaryAt((horizon ?? 0) - 1)).rejects.toMatchObject({
      code: "before_horizon",
      earliest: horizon,
    });
    await opened.pop()?.close();
    expect(await state()).toEqual(before);
  });
});
