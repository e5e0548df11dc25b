import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { delta, derived, dogDay } from "#server/testing/derived-samples.ts";
import { describeJournal, replayed, stable, started } from "#server/testing/journal-suite.ts";
import { inOrder } from "#server/testing/stored-derived.ts";
import { createMemoryJournal } from "./memory-journal.ts";
import { MemoryStore } from "./memory-store.ts";

describeJournal("memory", async () => {
  const store = new MemoryStore();
  return {
    open: async (options) => createMemoryJournal({ ...options, store }),
    hot: async () => ({ past: store.past(), commit: (commit) => store.commit(commit), close: () => {} }),
    derived: async () => {
      const { outages, rollups, dogDays } = store.derived();
      return {
        outages: outages.toSorted((a, b) => a.startedAt - b.startedAt),
        rollups: inOrder(rollups),
        dogDays: dogDays.toSorted((a, b) => a.day - b.day || (a.sn < b.sn ? -1 : 1)),
      };
    },
    dispose: async () => {},
  };
});

/** Lets promises that are already settled run their continuations. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("journal under trouble", () => {
  it("J11: acknowledged means committed: `committed` waits for the group commit, which comes within 10 ms", async () => {
    const clock = new FakeClock();
    const journal = createMemoryJournal({ clock, limits: { groupMs: 2 } });
    journal.append(started);
    let acknowledged = false;
    const waiting = journal.committed().then(() => {
      acknowledged = true;
    });
    await settle();
    expect(acknowledged).toBe(false);
    clock.advance(10);
    await waiting;
    expect(journal.health()).toMatchObject({ status: "ok", queued: 0, oldestMs: 0, lastCommitAt: clock.now() });
  });

  it("J12: 250 ms without a commit is degraded: waiters are refused, later ones at once, and it mends by itself", async () => {
    const clock = new FakeClock();
    const journal = createMemoryJournal({ clock, limits: { degradedMs: 250 } });
    journal.store.hold();
    journal.append(started);
    await settle();
    const waiting = journal.committed();
    const refused = expect(waiting).rejects.toMatchObject({ code: "journal_unavailable" });
    clock.advance(250);
    expect(journal.health()).toMatchObject({ status: "ok", oldestMs: 250 });
    clock.advance(1);
    await refused;
    expect(journal.health().status).toBe("degraded");
    await expect(journal.committed()).rejects.toMatchObject({ code: "journal_unavailable" });
    journal.store.release();
    await settle();
    expect(journal.health().status).toBe("ok");
    await journal.committed();
  });

  it("J12: a sign of life that hangs is degraded too, though no event waits", async () => {
    const clock = new FakeClock();
    const journal = createMemoryJournal({ clock, limits: { degradedMs: 250 } });
    journal.append(started);
    await journal.committed();
    journal.store.hold();
    clock.advance(2_000);
    await settle();
    expect(journal.health().status).toBe("ok");
    clock.advance(251);
    expect(journal.health()).toMatchObject({ status: "degraded", queued: 0 });
    journal.store.release();
    await settle();
    expect(journal.health().status).toBe("ok");
  });

  it("J13: a full disk is unavailable at once, nothing queued is lost, and commits resume without a restart", async () => {
    const clock = new FakeClock();
    const journal = createMemoryJournal({ clock });
    journal.store.failWith(new Error("database or disk is full"));
    const event = journal.append(started);
    await expect(journal.committed()).rejects.toMatchObject({ code: "journal_unavailable" });
    expect(journal.health()).toMatchObject({ status: "unavailable", queued: 1 });
    journal.store.failWith(undefined);
    clock.advance(500);
    await settle();
    expect(journal.health()).toMatchObject({ status: "ok", queued: 0, dropped: 0 });
    expect(await replayed(journal)).toEqual([event]);
  });

  it("J14: overflow stops queueing; recovery writes one gap as wide as the hole, then one observed state per dog", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const journal = createMemoryJournal({
      clock,
      store,
      limits: { maxQueued: 3 },
      observe: () => [stable("seen-1"), stable("seen-2"), stable("seen-3"), stable("seen-4")],
    });
    const told: number[] = [];
    journal.subscribe((event) => told.push(event.seq));
    store.hold();
    for (let n = 0; n < 8; n += 1) {
      clock.advance(1);
      journal.append(stable(`dog-${n}`));
    }
    expect(journal.health()).toMatchObject({ queued: 3, dropped: 5, status: "degraded" });
    await expect(journal.committed()).rejects.toMatchObject({ code: "journal_unavailable" });
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    store.release();
    await settle();
    await journal.committed();
    const events = await replayed(journal);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 9, 10, 11, 12, 13]);
    expect(events[3]).toMatchObject({ type: "journal.gap", dropped: 5, to: (events[2]?.at ?? 0) + 5 });
    expect(events.slice(4)).toMatchObject([{ sn: "seen-1" }, { sn: "seen-2" }, { sn: "seen-3" }, { sn: "seen-4" }]);
    expect(journal.health()).toMatchObject({ queued: 0, dropped: 5, status: "ok" });
  });

  it("J15: the alive row follows every 2 s, and a run that just vanished is told as not clean", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const journal = createMemoryJournal({ clock, store });
    journal.append(started);
    await journal.committed();
    const at = clock.now();
    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(2_000);
      await settle();
    }
    clock.advance(1_999);
    expect(store.past().previous).toEqual({ epoch: journal.epoch, aliveUntil: at + 10_000, clean: false });
  });

  it("J16: a listener that throws is named in the log and harms nobody else", () => {
    const errors: string[] = [];
    const log = { info: () => {}, warn: () => {}, error: (_fields: object, message: string) => errors.push(message) };
    const journal = createMemoryJournal({ clock: new FakeClock(), log });
    const told: number[] = [];
    journal.subscribe(() => {
      throw new Error("listener");
    });
    journal.subscribe((event) => told.push(event.seq));
    journal.append(started);
    expect(told).toEqual([1]);
    expect(errors).toEqual(["journal: a listener failed"]);
  });

  it("J37: a commit whose answer is lost is sent again with what was derived for it, and adds it once", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    let asked = 0;
    const derive = () => derived(++asked, { rollups: [delta(0, { begun: 1 })], dogDays: [dogDay(0, "a")] });
    const journal = createMemoryJournal({ clock, store, derive });
    journal.append(started);
    await journal.committed();
    store.loseAnswers(3);
    journal.append(stable("a"));
    for (let n = 0; n < 5; n += 1) {
      await settle();
      clock.advance(500);
    }
    await settle();
    expect(journal.health()).toMatchObject({ status: "ok", queued: 0 });
    // Each commit asked once, however often it was sent; the sign of life that fell due asked too.
    expect(store.derived().rollups.map(({ rollup }) => rollup.begun)).toEqual([asked, asked]);
    expect(asked).toBe(3);
    await journal.close();
    expect(store.derived().rollups.map(({ rollup }) => rollup.begun)).toEqual([4, 4]);
    expect(store.past().toldThrough).toBe(4);
  });

  it("J37: a fold that cannot derive costs its figures and one word, never a commit", async () => {
    const errors: string[] = [];
    const log = { info: () => {}, warn: () => {}, error: (_fields: object, message: string) => errors.push(message) };
    const derive = () => {
      throw new Error("no figures");
    };
    const journal = createMemoryJournal({ clock: new FakeClock(), log, derive });
    for (const sn of ["a", "b"]) {
      journal.append(stable(sn));
      await journal.committed();
    }
    expect(await replayed(journal)).toHaveLength(2);
    expect(errors).toEqual(["journal: what follows from the events was not derived"]);
  });

  it("J38: what is derived covers exactly the events up to its commit: every listener heard them, none is left behind", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const commits: { readonly last: number; readonly told: number | undefined }[] = [];
    const commit = store.commit.bind(store);
    store.commit = (each) => {
      commits.push({ last: each.rows.at(-1)?.seq ?? 0, told: each.derived?.toldThrough });
      return commit(each);
    };
    let heard = 0;
    const journal = createMemoryJournal({
      clock,
      store,
      limits: { fullGroup: 4, maxBatch: 6, maxQueued: 30 },
      derive: () => derived(heard),
    });
    journal.subscribe((event) => {
      if (event.seq === 2) journal.append(stable("nested"));
    });
    journal.subscribe((event) => {
      heard = event.seq;
    });
    for (let n = 0; n < 10; n += 1) journal.append(stable(`dog-${n}`));
    store.hold();
    await settle();
    for (let n = 0; n < 10; n += 1) journal.append(stable(`dog-${n}`));
    store.release();
    await settle();
    expect(commits).toEqual([
      { last: 6, told: undefined },
      { last: 12, told: 11 },
      { last: 18, told: undefined },
      { last: 21, told: 21 },
    ]);
  });

  it("J38: however fast events come, each is committed together with what it led to", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    let told = 0;
    const derive = () => {
      const flaps = told;
      told = 0;
      return flaps === 0 ? null : derived(clock.now(), { rollups: [delta(0, { flaps })] });
    };
    const journal = createMemoryJournal({ clock, store, derive });
    journal.subscribe(() => {
      told += 1;
    });
    for (let n = 1; n <= 9; n += 1) {
      journal.append(stable("a"));
      await journal.committed();
      expect(store.derived().rollups.map(({ rollup }) => rollup.flaps)).toEqual([n, n]);
      clock.advance(1);
    }
    await journal.close();
  });

  it("J38: every event after the telling is later than the instant that was told through", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const journal = createMemoryJournal({ clock, store, derive: () => derived(clock.now() + 40) });
    journal.append(started);
    await journal.committed();
    const toldThrough = clock.now() + 40;
    expect(journal.append(stable("a")).at).toBe(toldThrough + 1);
    await journal.close();
    const next = createMemoryJournal({ clock, store });
    expect(next.toldThrough).toBe(toldThrough);
    expect(next.append(started).at).toBeGreaterThan(toldThrough + 1);
  });

  it("J17: closing with a store that hangs ends after 5 s and says what was not stored", async () => {
    const clock = new FakeClock();
    const errors: string[] = [];
    const log = { info: () => {}, warn: () => {}, error: (_fields: object, message: string) => errors.push(message) };
    const journal = createMemoryJournal({ clock, log });
    journal.store.hold();
    journal.append(started);
    await settle();
    const closing = journal.close();
    await settle();
    clock.advance(5_000);
    await closing;
    expect(errors).toHaveLength(1);
  });
});
