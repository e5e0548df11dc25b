import { expect, it } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Derived } from "#lib/history/derived.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import type { FakeClock } from "#lib/testing/fake-clock.ts";
import { commit, delta, derived, dogDay, eventRow, outage, rollup } from "./derived-samples.ts";
import { type JournalPlace, replayed, stable, started } from "./journal-place.ts";

/** What every store does with what is derived: `describeJournal` runs it. */
export function describeDerived(
  withPlace: (run: (place: JournalPlace, clock: FakeClock) => Promise<void>) => Promise<void>,
): void {
  /** Opens, lets the test commit, closes. */
  async function stored(place: JournalPlace, ...commits: readonly ReturnType<typeof commit>[]) {
    const hot = await place.hot();
    try {
      for (const each of commits) await hot.commit(each);
      return hot.past;
    } finally {
      await hot.close();
    }
  }

  it("J32: an outage is one row: written when it begins, replaced when it ends", () =>
    withPlace(async (place, clock) => {
      const open = outage("a", 1_000);
      const ended = outage("a", 1_000, { endedAt: 9_000, outcome: "recovered", dials: 3, source: "reported" });
      const again = outage("a", 20_000, { reason: "server_error", category: "server", network: null });
      const told: Derived[] = [derived(2_000, { outages: [open] }), derived(9_000, { outages: [ended, again] })];
      const journal = await place.open({ clock, derive: () => told.shift() ?? null });
      journal.append(started);
      await journal.committed();
      journal.append(stable("a"));
      await journal.committed();
      await journal.close();
      expect((await place.derived()).outages).toEqual([ended, again]);
    }));

  it("J33: a minute's delta is added to its minute and to its hour, corrections too", () =>
    withPlace(async (place) => {
      const first = { downMs: 500, begun: 2, stateMs: { connected: 60_000 }, recoverMs: { "3": 1 }, dials: { "1": 1 } };
      const later = { downMs: -200, recoverMs: { "3": 1, "-7": 2 }, stateMs: { connected: -10_000, silent: 10_000 } };
      await stored(
        place,
        commit(1, { derived: derived(1, { rollups: [delta(MINUTE_MS, first), delta(59 * MINUTE_MS, first)] }) }),
        commit(2, {
          derived: derived(2, { rollups: [delta(MINUTE_MS, later), delta(HOUR_MS, first, "site", "hall")] }),
        }),
      );
      // A second writer begins with what is stored, not with what the first one kept.
      await stored(place, commit(3, { derived: derived(3, { rollups: [delta(MINUTE_MS, { begun: 1 })] }) }));
      const minute = rollup({
        downMs: 300,
        begun: 3,
        stateMs: { connected: 50_000, silent: 10_000 },
        recoverMs: { "3": 2, "-7": 2 },
        dials: { "1": 1 },
      });
      const hour = rollup({
        downMs: 800,
        begun: 5,
        stateMs: { connected: 110_000, silent: 10_000 },
        recoverMs: { "3": 3, "-7": 2 },
        dials: { "1": 2 },
      });
      expect((await place.derived()).rollups).toEqual([
        { size: HOUR_MS, by: "fleet", at: 0, key: "", rollup: hour },
        { size: HOUR_MS, by: "site", at: HOUR_MS, key: "hall", rollup: rollup(first) },
        { size: MINUTE_MS, by: "fleet", at: 59 * MINUTE_MS, key: "", rollup: rollup(first) },
        { size: MINUTE_MS, by: "fleet", at: MINUTE_MS, key: "", rollup: minute },
        { size: MINUTE_MS, by: "site", at: HOUR_MS, key: "hall", rollup: rollup(first) },
      ]);
    }));

  it("J33: what a dog's day adds up to is added to what is stored", () =>
    withPlace(async (place) => {
      const dogDays = [dogDay(DAY_MS, "a", { outages: 1 }), dogDay(DAY_MS, "b", { flaps: 2 })];
      const later = [dogDay(DAY_MS, "a", { recovered: 1, recoverMs: 700, outages: 1 }), dogDay(0, "a", { gaveUp: 1 })];
      await stored(place, commit(1, { derived: derived(1, { dogDays }) }));
      await stored(place, commit(2, { derived: derived(2, { dogDays: later }) }));
      expect((await place.derived()).dogDays).toEqual([
        dogDay(0, "a", { gaveUp: 1 }),
        dogDay(DAY_MS, "a", { outages: 2, recovered: 1, recoverMs: 700 }),
        dogDay(DAY_MS, "b", { flaps: 2 }),
      ]);
    }));

  it("J34: a commit sent again stores its rows and adds nothing twice, after a restart of its store too", () =>
    withPlace(async (place, clock) => {
      const derivedOnce = (toldThrough: number) =>
        derived(toldThrough, {
          rollups: [delta(0, { begun: 1, watchedMs: 60_000 })],
          dogDays: [dogDay(0, "a", { outages: 1 })],
          outages: [outage("a", toldThrough)],
        });
      const first = commit(1, { rows: [eventRow(1, 10, "a")], derived: derivedOnce(10) });
      const second = commit(2, { rows: [eventRow(2, 20, "a")], derived: derivedOnce(20) });
      await stored(place, first, first, second, second, first);
      await stored(place, second, commit(1, { epoch: "epoch-2", derived: derivedOnce(30) }));
      const { rollups, dogDays, outages } = await place.derived();
      expect(rollups.map(({ rollup: { begun, watchedMs } }) => [begun, watchedMs])).toEqual([
        [3, 180_000],
        [3, 180_000],
      ]);
      expect(dogDays).toEqual([dogDay(0, "a", { outages: 3 })]);
      expect(outages.map(({ startedAt }) => startedAt)).toEqual([10, 20, 30]);
      const journal = await place.open({ clock });
      expect((await replayed(journal)).map(({ seq }) => seq)).toEqual([1, 2]);
      await journal.close();
    }));

  it("J35: a start knows through which instant was told: by the newest run that told anything", () =>
    withPlace(async (place, clock) => {
      expect((await stored(place, commit(1))).toldThrough).toBeNull();
      await stored(place, commit(2, { derived: derived(500) }), commit(3), commit(4, { epoch: "epoch-2" }));
      const journal = await place.open({ clock });
      expect(journal.toldThrough).toBe(500);
      await journal.close();
    }));

  it("J36: a replay from a key on tells what lies behind it, and what still waits for its commit", () =>
    withPlace(async (place, clock) => {
      const first = await place.open({ clock });
      const written = Array.from({ length: 2_300 }, (_, n) => first.append(stable(`dog-${n % 5}`)));
      await first.committed();
      const after = async (journal: typeof first, key: FleetEvent) => {
        const events: FleetEvent[] = [];
        await journal.replay((batch) => events.push(...batch), key);
        return events;
      };
      const at = (n: number) => {
        const event = written.at(n);
        if (!event) throw new Error("it was appended");
        return event;
      };
      expect(await after(first, at(99))).toEqual(written.slice(100));
      expect(await after(first, at(-1))).toEqual([]);
      await first.close();
      const second = await place.open({ clock, limits: { groupMs: 10 } });
      const waiting = second.append(started);
      expect(await after(second, at(2_249))).toEqual([...written.slice(2_250), waiting]);
      expect(await after(second, waiting)).toEqual([]);
      clock.advance(10);
      await second.committed();
      await second.close();
    }));
}
