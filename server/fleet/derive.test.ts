import { expect, it } from "vitest";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { Historian } from "#lib/history/historian.ts";
import { MINUTE_MS } from "#lib/history/rollup.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { CAUSE, dogConnected, dogDisconnected } from "#lib/testing/builders.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { StoredHistory } from "#lib/testing/history-script.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { createJournal } from "#server/journal/create-journal.ts";
import type { JournalStore } from "#server/journal/journal-store.ts";
import { createMemoryJournal } from "#server/journal/memory-journal.ts";
import { MemoryStore } from "#server/journal/memory-store.ts";
import { createReadModel, type ReadModel } from "./read-model.ts";

const SETTINGS = { forceDeadlineMs: 300_000, forceRate: 50 };

/** Lets commits that are under way end: each is a few microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await null;
}

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const LIMITS = { groupMs: null, degradedMs: Number.POSITIVE_INFINITY };

/** One run of a gateway over a store that outlives it; once killed, nothing of it reaches the store. */
async function startRun(store: MemoryStore, clock: FakeClock) {
  let fleet: ReadModel | undefined;
  let isAlive = true;
  const mortal: JournalStore = {
    commit: (commit) => (isAlive ? store.commit(commit) : new Promise(() => {})),
    page: (after, limit) => store.page(after, limit),
    read: (query) => store.read(query),
    close: () => store.close(),
  };
  const derive = () => fleet?.derive() ?? null;
  const options = { clock, gateway: "gw-1", log: QUIET, limits: LIMITS, derive };
  const journal = createJournal(mortal, store.past(), options);
  const kill = () => {
    isAlive = false;
  };
  const { toldThrough, creditedThrough } = journal;
  const policies = { pushed: PUSHED_POLICY, assumed: SEED_POLICY };
  fleet = createReadModel({ journal, clock, settings: SETTINGS, policies, toldThrough, creditedThrough });
  await fleet.start();
  journal.append({ type: "gateway.started", gateway: "gw-1", previous: journal.previous });
  return { journal, fleet, kill };
}

/** What is stored, as a rebuild from the stored events alone gives it. */
async function rebuiltFrom(store: MemoryStore) {
  const stored = new StoredHistory();
  const historian = new Historian();
  const state = new FleetState({}, historian.listener);
  const journal = createMemoryJournal({ clock: new FakeClock(), store });
  const through = journal.toldThrough ?? 0;
  await journal.replay((events) => {
    for (const event of events) if (event.at <= through) state.ingest(event);
  });
  state.advance(through);
  stored.add(historian.take(through, journal.creditedThrough ?? through));
  return stored.told();
}

function told(store: MemoryStore) {
  const stored = new StoredHistory();
  const { outages, rollups, dogDays } = store.derived();
  stored.add({
    outages,
    dogDays,
    rollups: rollups.filter(({ size }) => size === MINUTE_MS),
    toldThrough: 0,
    creditedThrough: 0,
  });
  return stored.told();
}

it("H5: the last commit asks for what is derived, and nothing wakes a fleet that is closed", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const { journal, fleet } = await startRun(store, clock);
  journal.append(dogConnected("d1", `${journal.epoch}.1`));
  journal.append(dogDisconnected("d1", `${journal.epoch}.1`, { ...CAUSE.network, lastHeardAt: clock.now() }));
  await settle();
  clock.advance(1_500);
  journal.append({ type: "gateway.stopped", gateway: "gw-1" });
  const stoppedAt = clock.now();
  fleet.close();
  await journal.close();
  expect(store.past().toldThrough).toBeGreaterThanOrEqual(stoppedAt);
  expect(clock.pending).toBe(0);
});

it("H5: what runs of a gateway store with their events is what a rebuild from those gives, however they ended", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const clock = new FakeClock();
    const store = new MemoryStore();
    for (let run = 0; run < 3; run++) {
      const { journal, fleet, kill } = await startRun(store, clock);
      const sessions = new Map<string, string>();
      for (let step = 0; step < 40; step++) {
        clock.advance(Math.floor(random() ** 3 * 200_000));
        const sn = `d${Math.floor(random() * 5)}`;
        const session = sessions.get(sn);
        if (session === undefined) {
          sessions.set(sn, `${journal.epoch}.${step}`);
          journal.append(dogConnected(sn, `${journal.epoch}.${step}`, { network: random() < 0.5 ? "wifi" : "lte" }));
        } else if (random() < 0.6) {
          const cause = random() < 0.7 ? CAUSE.network : CAUSE.auth;
          journal.append(
            dogDisconnected(sn, session, { ...cause, lastHeardAt: clock.now() - 5_000, sessionMs: 90_000 }),
          );
          sessions.delete(sn);
        } else journal.append({ type: "dog.stable", sn, session });
        if (random() < 0.3) fleet.summary();
        await settle();
      }
      clock.advance(5_000);
      await settle();
      const isClean = random() < 0.5;
      if (isClean) journal.append({ type: "gateway.stopped", gateway: "gw-1" });
      fleet.close();
      if (isClean) await journal.close();
      kill();
      clock.advance(Math.floor(random() * 400_000));
    }
    expect([seed, told(store)]).toEqual([seed, await rebuiltFrom(store)]);
  }
}, 60_000);
