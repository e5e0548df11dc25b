import { describe, expect, it } from "vitest";
import type { FleetEventBody } from "#lib/fleet/event.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { describeDerived } from "./derived-suite.ts";
import { type JournalPlace, replayed, stable, started } from "./journal-place.ts";

export { type JournalPlace, placeAt, replayed, stable, started } from "./journal-place.ts";

/** What every journal does, whatever it stores in. */
export function describeJournal(name: string, createPlace: () => Promise<JournalPlace>): void {
  describe(`journal over ${name}`, () => {
    async function withPlace(run: (place: JournalPlace, clock: FakeClock) => Promise<void>): Promise<void> {
      const place = await createPlace();
      try {
        await run(place, new FakeClock());
      } finally {
        await place.dispose();
      }
    }

    it("J1: seq is contiguous from 1 and `at` always grows, whatever the wall clock does", () =>
      withPlace(async (place, clock) => {
        const journal = await place.open({ clock });
        const first = journal.append(started);
        const second = journal.append(stable("a"));
        clock.jumpWall(-3_600_000);
        const third = journal.append(stable("b"));
        clock.jumpWall(7_200_000);
        const fourth = journal.append(stable("c"));
        expect([first, second, third, fourth].map((event) => event.seq)).toEqual([1, 2, 3, 4]);
        expect(second.at).toBe(first.at + 1);
        expect(third.at).toBe(second.at + 1);
        expect(fourth.at).toBe(clock.now());
        await journal.close();
      }));

    it("J2: the tail is told at once, in order, even when a listener appends", () =>
      withPlace(async (place, clock) => {
        const journal = await place.open({ clock });
        const seen: number[] = [];
        journal.subscribe((event) => {
          if (event.seq === 1) journal.append(stable("nested"));
        });
        const unsubscribe = journal.subscribe((event) => seen.push(event.seq));
        journal.append(started);
        expect(seen).toEqual([1, 2]);
        unsubscribe();
        journal.append(stable("a"));
        expect(seen).toEqual([1, 2]);
        await journal.close();
      }));

    it("J3: what was committed is there after a restart, in canonical order, with its body whole", () =>
      withPlace(async (place, clock) => {
        const first = await place.open({ clock });
        const written = Array.from({ length: 2_500 }, (_, i) => first.append(stable(`dog-${i % 7}`)));
        await first.committed();
        await first.close();
        clock.advance(1_000);
        const second = await place.open({ clock });
        const next = second.append({ ...started, previous: second.previous });
        await second.committed();
        expect(await replayed(second)).toEqual([...written, next]);
        await second.close();
      }));

    it("J4: replay and read include what still waits for its commit, once", () =>
      withPlace(async (place, clock) => {
        const journal = await place.open({ clock, limits: { groupMs: 10 } });
        const event = journal.append(stable("a"));
        expect(await replayed(journal)).toEqual([event]);
        expect(await journal.read({ sn: "a", limit: 10 })).toEqual([event]);
        clock.advance(10);
        await journal.committed();
        expect(await replayed(journal)).toEqual([event]);
        expect(await journal.read({ sn: "a", limit: 10 })).toEqual([event]);
        await journal.close();
      }));

    it("J5: read answers newest first, by dog, since, before and limit", () =>
      withPlace(async (place, clock) => {
        const journal = await place.open({ clock });
        const events = ["a", "b", "a", "b", "a"].map((sn) => {
          clock.advance(10);
          return journal.append(stable(sn));
        });
        await journal.committed();
        const seqs = async (query: Parameters<typeof journal.read>[0]) =>
          (await journal.read(query)).map((event) => event.seq);
        expect(await seqs({ limit: 2 })).toEqual([5, 4]);
        expect(await seqs({ sn: "a", limit: 10 })).toEqual([5, 3, 1]);
        const third = events[2];
        if (!third) throw new Error("five events were appended");
        expect(await seqs({ before: third, limit: 10 })).toEqual([2, 1]);
        expect(await seqs({ sn: "a", before: third, limit: 10 })).toEqual([1]);
        expect(await seqs({ since: third.at, limit: 10 })).toEqual([5, 4, 3]);
        await journal.close();
      }));

    it("J6: a run that closed its journal is told as clean, with its last sign of life", () =>
      withPlace(async (place, clock) => {
        const first = await place.open({ clock });
        expect(first.previous).toBeNull();
        first.append(started);
        await first.committed();
        clock.advance(2_500);
        const stoppedAt = clock.now();
        await first.close();
        clock.advance(60_000);
        const second = await place.open({ clock });
        expect(second.previous).toEqual({ epoch: first.epoch, aliveUntil: stoppedAt, clean: true });
        expect(second.epoch > first.epoch).toBe(true);
        await second.close();
      }));

    it("J7: a run that wrote nothing is not the previous one", () =>
      withPlace(async (place, clock) => {
        const first = await place.open({ clock });
        first.append(started);
        await first.close();
        const idle = await place.open({ clock });
        await idle.close();
        const third = await place.open({ clock });
        expect(third.previous?.epoch).toBe(first.epoch);
        await third.close();
      }));

    it.each([60_000, 3_600_000, 315_360_000_000])(
      "J8: with the wall clock %d ms back at the restart the new run goes on from the end of the old one",
      (back) =>
        withPlace(async (place, clock) => {
          const first = await place.open({ clock });
          const last = first.append(started);
          await first.close();
          clock.jumpWall(-back);
          const second = await place.open({ clock });
          expect(second.floorAt).toBeGreaterThanOrEqual(last.at);
          const next = second.append(started);
          expect(next.at).toBe(second.floorAt + 1);
          expect(await replayed(second)).toEqual([last, next]);
          await second.close();
        }),
    );

    it("J9: closing commits what waits, twice is once, and later events are counted as dropped", () =>
      withPlace(async (place, clock) => {
        const first = await place.open({ clock, limits: { groupMs: 10 } });
        const event = first.append(stable("a"));
        await Promise.all([first.close(), first.close()]);
        first.append(stable("b"));
        expect(first.health().dropped).toBe(1);
        const second = await place.open({ clock });
        expect(await replayed(second)).toEqual([event]);
        await second.close();
      }));

    it("J10: text from anywhere survives: NUL, lone surrogates become replacement characters, quotes, Chinese", () =>
      withPlace(async (place, clock) => {
        const journal = await place.open({ clock });
        const raw = "\u0000 ' \" ; DROP TABLE events; -- 网络超时 \u{1f415}";
        const body: FleetEventBody = {
          type: "dog.attempt_failed",
          sn: "a",
          session: null,
          stage: "login",
          reason: "unknown",
          raw,
          count: 1,
        };
        const event = journal.append(body);
        await journal.committed();
        expect(await replayed(journal)).toEqual([event]);
        await journal.close();
      }));

    describeDerived(withPlace);
  });
}
