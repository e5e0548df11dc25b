import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { describeJournal, replayed, stable, started } from "#server/testing/journal-suite.ts";
import { createMemoryJournal } from "./memory-journal.ts";
import { MemoryStore } from "./memory-store.ts";

describeJournal("memory", async () => {
  const store = new MemoryStore();
  return { open: async (options) => createMemoryJournal({ ...options, store }), dispose: async () => {} };
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
