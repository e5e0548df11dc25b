import { describe, expect, it } from "vitest";
import { DAY_MS, GROUPINGS, HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import type { HotDatabase } from "#server/journal/database/hot-database.ts";
import type { Commit, RowKey } from "#server/journal/journal-store.ts";
import { commit, delta, derived, dogDay, eventRow, outage, rollup } from "./derived-samples.ts";

/** A database with its writer and an archive beside it. */
export interface ArchivePlace {
  readonly hot: HotDatabase;
  readonly archive: Archive;
  /** Closes both and removes the database. */
  dispose(): Promise<void>;
}

const FROM_THE_FIRST: RowKey = { at: 0, epoch: "", seq: 0 };
const keys = (rows: readonly RowKey[]) => rows.map(({ at, epoch, seq }) => `${at} ${epoch} ${seq}`);

function head(at: number, said: Partial<SnapshotHead> = {}): SnapshotHead {
  const id = `snapshot-${said.foldVersion ?? 1}-${at}`;
  const body = Uint8Array.of(0, 255, at % 256);
  return { id, at, through: { at, epoch: "e", seq: 7 }, foldVersion: 1, dogs: 3, shards: 2, bytes: 9, body, ...said };
}

/** What every archive does, whatever database it is of. */
export function describeArchive(name: string, createPlace: () => Promise<ArchivePlace>): void {
  describe(`archive over ${name}`, () => {
    async function withPlace(
      run: (archive: Archive, write: (said: Partial<Commit>) => Promise<void>) => Promise<void>,
    ): Promise<void> {
      const { hot, archive, dispose } = await createPlace();
      let number = 0;
      try {
        await run(archive, async (said) => hot.commit(commit(++number, said)));
      } finally {
        await dispose();
      }
    }

    it("J39: rollups of one size and grouping are told oldest first, `to` exclusive", () =>
      withPlace(async (archive, write) => {
        const at = [3, 1, 2].map((n) => n * MINUTE_MS);
        const rollups = [
          ...at.map((minute) => delta(minute, { begun: minute / MINUTE_MS, recoverMs: { "-4": 2 } })),
          delta(MINUTE_MS, { flaps: 1 }, "site", "大厅"),
          delta(MINUTE_MS, { flaps: 2 }, "site", "Zoo"),
          delta(MINUTE_MS, { flaps: 3 }, "site", ""),
        ];
        await write({ derived: derived(1, { rollups }) });
        const read = (from: number, to: number) => archive.rollups({ size: MINUTE_MS, by: "fleet", from, to });
        expect(await read(MINUTE_MS, 3 * MINUTE_MS)).toEqual(
          [1, 2].map((n) => ({ at: n * MINUTE_MS, key: "", rollup: rollup({ begun: n, recoverMs: { "-4": 2 } }) })),
        );
        expect(await read(MINUTE_MS + 1, 2 * MINUTE_MS)).toEqual([]);
        expect(await archive.begun({ size: MINUTE_MS, by: "fleet", from: 0, to: 3 * MINUTE_MS })).toEqual(
          [1, 2].map((n) => ({ at: n * MINUTE_MS, key: "", begun: n })),
        );
        expect(await archive.begun({ size: MINUTE_MS, by: "site", from: 0, to: DAY_MS })).toMatchObject([
          { begun: 0 },
          { begun: 0 },
          { begun: 0 },
        ]);
        const sites = await archive.rollups({ size: HOUR_MS, by: "site", from: 0, to: 1 });
        expect(sites.map(({ key }) => key)).toEqual(["", "Zoo", "大厅"]);
      }));

    it("J39: outages are told in pages by (startedAt, sn), of a window, a dog or a reason", () =>
      withPlace(async (archive, write) => {
        const rows = [
          outage("b", 10, { endedAt: 15, outcome: "recovered", dials: 2, source: "estimated" }),
          outage("Z", 20),
          outage("a", 20, { reason: "server_error", category: "server" }),
          outage("b", 20, { reason: "server_error", category: "server", site: null, gateway: null }),
          outage("b", 30),
        ];
        await write({ derived: derived(1, { outages: rows.toReversed() }) });
        expect(await archive.outages({ limit: 10 })).toEqual(rows);
        const first = await archive.outages({ limit: 2 });
        expect(first).toEqual(rows.slice(0, 2));
        expect(await archive.outages({ after: { startedAt: 20, sn: "Z" }, limit: 2 })).toEqual(rows.slice(2, 4));
        expect(await archive.outages({ from: 20, to: 30, limit: 10 })).toEqual(rows.slice(1, 4));
        expect(await archive.outages({ from: 20, after: { startedAt: 10, sn: "b" }, limit: 1 })).toEqual([rows[1]]);
        expect(await archive.outages({ from: 10, after: { startedAt: 20, sn: "a" }, limit: 1 })).toEqual([rows[3]]);
        const ofDog = await archive.outages({ sn: "b", limit: 10 });
        expect(ofDog.map(({ startedAt }) => startedAt)).toEqual([10, 20, 30]);
        const later = await archive.outages({ sn: "b", after: { startedAt: 10, sn: "b" }, to: 30, limit: 10 });
        expect(later.map(({ startedAt }) => startedAt)).toEqual([20]);
        expect(await archive.outages({ reason: "server_error", limit: 10 })).toEqual(rows.slice(2, 4));
      }));

    it("J39: the least stable dogs are those with the most outages, by days or by the outages themselves", () =>
      withPlace(async (archive, write) => {
        const days = [
          dogDay(0, "a", { outages: 9 }),
          dogDay(DAY_MS, "a", { outages: 1, recovered: 1, recoverMs: 4_000_000_000 }),
          dogDay(2 * DAY_MS, "a", { outages: 1, gaveUp: 1, flaps: 3 }),
          dogDay(DAY_MS, "b", { outages: 2, recovered: 2, recoverMs: 8 }),
          dogDay(DAY_MS, "c", { outages: 5 }),
          dogDay(3 * DAY_MS, "d", { outages: 9 }),
        ];
        const ended = { endedAt: DAY_MS + 700, outcome: "recovered" } as const;
        const outages = [
          outage("a", DAY_MS, ended),
          outage("a", DAY_MS + 100, { endedAt: DAY_MS + 200, outcome: "gave_up" }),
          outage("a", DAY_MS + 300, { endedAt: DAY_MS + 400, outcome: "returned" }),
          outage("b", DAY_MS + 600, ended),
          outage("c", DAY_MS - 1, ended),
          outage("d", DAY_MS + 1, { category: "auth", reason: "auth_failed" }),
        ];
        await write({ derived: derived(1, { dogDays: days, outages }) });
        expect(await archive.leastStable({ from: DAY_MS, to: 3 * DAY_MS, limit: 2 })).toEqual([
          { sn: "c", outages: 5, gaveUp: 0, recovered: 0, recoverMs: 0, flaps: 0 },
          { sn: "a", outages: 2, gaveUp: 1, recovered: 1, recoverMs: 4_000_000_000, flaps: 3 },
        ]);
        expect(await archive.leastStableOf({ from: DAY_MS, to: DAY_MS + 601, limit: 5 })).toEqual([
          { sn: "a", outages: 3, gaveUp: 2, recovered: 1, recoverMs: 700, flaps: 0 },
          { sn: "b", outages: 1, gaveUp: 0, recovered: 1, recoverMs: 100, flaps: 0 },
        ]);
      }));

    it("J40: events are told in canonical order, in pages, of a window or a dog; their ends and number too", () =>
      withPlace(async (archive, write) => {
        expect(await archive.bounds()).toBeNull();
        expect(await archive.countEvents(null, 100, 10)).toBe(0);
        const rows = [
          eventRow(1, 10, null),
          eventRow(2, 20, "a"),
          eventRow(3, 30, "b"),
          eventRow(1, 30, "a", "epoch-2"),
          eventRow(2, 40, "a", "epoch-2"),
        ];
        await write({ rows: rows.toReversed() });
        expect(keys(await archive.events({ limit: 10 }))).toEqual(keys(rows));
        expect(keys(await archive.events({ after: { at: 30, epoch: "epoch-1", seq: 3 }, limit: 1 }))).toEqual([
          "30 epoch-2 1",
        ]);
        expect(keys(await archive.events({ from: 20, to: 30, limit: 10 }))).toEqual(["20 epoch-1 2"]);
        expect(keys(await archive.events({ from: 30, after: FROM_THE_FIRST, limit: 1 }))).toEqual(["30 epoch-1 3"]);
        expect(keys(await archive.events({ sn: "a", from: 20, limit: 2 }))).toEqual(["20 epoch-1 2", "30 epoch-2 1"]);
        expect(keys(await archive.events({ sn: null, limit: 9 }))).toEqual(["10 epoch-1 1"]);
        const newest = { order: "desc" } as const;
        expect(keys(await archive.events({ ...newest, limit: 9 }))).toEqual(keys(rows.toReversed()));
        const own = { ...newest, sn: "a", from: 20, to: 40 };
        expect(keys(await archive.events({ ...own, limit: 1 }))).toEqual(["30 epoch-2 1"]);
        const past = { at: 30, epoch: "epoch-2", seq: 1 };
        expect(keys(await archive.events({ ...own, after: past, limit: 9 }))).toEqual(["20 epoch-1 2"]);
        const late = { at: 90, epoch: "e", seq: 1 };
        expect(keys(await archive.events({ ...own, after: late, limit: 9 }))).toEqual(["30 epoch-2 1", "20 epoch-1 2"]);
        expect(keys(await archive.events({ ...newest, sn: null, limit: 9 }))).toEqual(["10 epoch-1 1"]);
        const [event] = await archive.events({ sn: "b", limit: 1 });
        expect(event).toMatchObject({ v: 1, body: rows[2]?.body });
        expect(await archive.bounds()).toEqual({
          oldest: { at: 10, epoch: "epoch-1", seq: 1 },
          newest: { at: 40, epoch: "epoch-2", seq: 2 },
        });
        expect(await archive.countEvents(null, 30, 10)).toBe(4);
        expect(await archive.countEvents({ at: 30, epoch: "epoch-1", seq: 3 }, 40, 10)).toBe(2);
        expect(await archive.countEvents(null, 40, 3)).toBe(3);
      }));

    it("J41: a snapshot is told once it is whole, the newest of its fold version at or before an instant", () =>
      withPlace(async (archive) => {
        const [shard, other] = [new Uint8Array(100_000).fill(7), Uint8Array.of(0, 1, 254, 255)];
        await archive.putShard(head(100).id, 0, shard);
        await archive.putShard(head(100).id, 1, shard);
        await archive.putShard(head(100).id, 1, other);
        expect(await archive.snapshot(1, null)).toBeNull();
        for (const each of [head(100), head(300), head(200, { foldVersion: 2 })]) await archive.putSnapshot(each);
        await archive.putSnapshot(head(100));
        expect(bytesOf(await archive.snapshot(1, 299))).toEqual(bytesOf(head(100)));
        expect((await archive.snapshot(1, 300))?.at).toBe(300);
        expect((await archive.snapshot(1, null))?.at).toBe(300);
        expect((await archive.oldestSnapshot(1))?.at).toBe(100);
        expect(await archive.snapshot(1, 99)).toBeNull();
        expect((await archive.snapshot(2, null))?.at).toBe(200);
        expect(await archive.oldestSnapshot(3)).toBeNull();
        expect([...(await archive.shard(head(100).id, 0))]).toEqual([...shard]);
        expect([...(await archive.shard(head(100).id, 1))]).toEqual([...other]);
        await expect(archive.shard(head(100).id, 2)).rejects.toThrow("shard 2");
        const { body: _, ...listed } = head(100);
        expect((await archive.snapshots())[0]).toEqual(listed);
        expect((await archive.snapshots()).map(({ at }) => at)).toEqual([100, 200, 300]);
      }));

    it("J41: old snapshots go but for the newest of them, with their shards; left-over shards go, the unfinished stay", () =>
      withPlace(async (archive) => {
        for (const at of [100, 200, 300, 400]) {
          for (let shard = 0; shard < 20; shard++) await archive.putShard(head(at).id, shard, Uint8Array.of(shard));
          await archive.putSnapshot(head(at));
        }
        await archive.putShard("left over", 0, Uint8Array.of(1));
        await archive.putShard("in the making", 0, Uint8Array.of(1));
        expect(await archive.dropSnapshots(350)).toBe(2);
        expect((await archive.snapshots()).map(({ at }) => at)).toEqual([300, 400]);
        await expect(archive.shard(head(100).id, 19)).rejects.toThrow();
        expect([...(await archive.shard(head(300).id, 19))]).toEqual([19]);
        await expect(archive.shard("left over", 0)).rejects.toThrow();
        expect([...(await archive.shard("in the making", 0))]).toEqual([1]);
        await archive.dropSnapshot(head(300).id);
        await archive.dropSnapshot(head(300).id);
        expect((await archive.snapshots()).map(({ at }) => at)).toEqual([400]);
        await expect(archive.shard(head(300).id, 0)).rejects.toThrow();
        expect(await archive.dropSnapshots(350)).toBe(0);
      }));

    it("J42: events before a key are deleted in slices, but no dog's newest one", () =>
      withPlace(async (archive, write) => {
        const rows = Array.from({ length: 1_000 }, (_, n) => eventRow(n + 1, n + 1, `dog-${n % 50}`));
        const quiet = Array.from({ length: 300 }, (_, n) => eventRow(n + 2_001, n + 1, `quiet-${n}`));
        const frame = [eventRow(5_000, 7, null), eventRow(5_001, 600, null)];
        const batch = { ...eventRow(5_002, 8, null), type: "force.batch" };
        await write({ rows: [...rows, ...quiet, ...frame, batch] });
        const before: RowKey = { at: 501, epoch: "epoch-1", seq: 0 };
        const dropped: number[] = [];
        while (dropped.at(-1) !== 0) dropped.push(await archive.dropEvents(before, 100));
        expect(Math.max(...dropped)).toBeLessThanOrEqual(100);
        expect(dropped.reduce((sum, count) => sum + count)).toBe(501);
        const left = await archive.events({ limit: 5_000 });
        expect(keys(left)).toEqual(keys([...quiet, ...rows.slice(500), ...frame].sort(byAt)));
        // The next pass looks at what the last one kept: a quiet dog that spoke again frees its old event.
        await write({ rows: [eventRow(6_000, 2_000, "quiet-0")] });
        expect(await archive.dropEvents(before, 100)).toBe(1);
        expect(await archive.dropEvents(before, 100)).toBe(0);
        // Every event is old: each dog keeps its newest.
        const all: RowKey = { at: 9_999, epoch: "", seq: 0 };
        while ((await archive.dropEvents(all, 200)) > 0);
        expect(await archive.events({ limit: 5_000 })).toHaveLength(352);
      }));

    it("J42: through which key events went is kept, and never moves back", () =>
      withPlace(async (archive) => {
        const key = (at: number, seq: number): RowKey => ({ at, epoch: "e", seq });
        expect(await archive.horizon()).toBeNull();
        for (const next of [key(5, 9), key(5, 10), key(5, 2), key(4, 99)]) await archive.putHorizon(next);
        expect(await archive.horizon()).toEqual(key(5, 10));
      }));

    it("J42: the first event of each dog that has any is told, dog by dog", () =>
      withPlace(async (archive, write) => {
        const rows = [eventRow(1, 1, null), eventRow(2, 2, "b"), eventRow(3, 3, "Z"), eventRow(4, 4, "b")];
        await write({ rows: [...rows, eventRow(5, 5, "狗")] });
        const told: string[] = [];
        for (let row = await archive.firstOfNextDog(null); row; row = await archive.firstOfNextDog(row.sn))
          told.push(`${row.sn} ${row.seq}`);
        expect(told).toEqual(["Z 3", "b 2", "狗 5"]);
      }));

    it("J43: rollups, outages that ended and dog days are deleted before an instant, whole ones only, in slices", () =>
      withPlace(async (archive, write) => {
        const rollups = GROUPINGS.flatMap((by) => [0, 1, 2, 3].map((n) => delta(n * MINUTE_MS, { begun: 1 }, by, "k")));
        const outages = [
          outage("a", 10, { endedAt: 20, outcome: "recovered" }),
          outage("b", 11),
          outage("a", 30, { endedAt: 3 * DAY_MS, outcome: "recovered" }),
          outage("c", 40, { endedAt: 50, outcome: "gave_up" }),
        ];
        const dogDays = [0, DAY_MS, 2 * DAY_MS].map((day) => dogDay(day, "a", { outages: 1 }));
        await write({ derived: derived(1, { rollups, outages, dogDays }) });
        const before = 2 * MINUTE_MS + 1;
        expect(await archive.dropDerived({ size: MINUTE_MS, before, limit: 5 })).toBe(5);
        expect(await archive.dropDerived({ size: MINUTE_MS, before, limit: 500 })).toBe(2 * GROUPINGS.length - 5);
        expect(await archive.dropDerived({ size: MINUTE_MS, before, limit: 500 })).toBe(0);
        for (const by of GROUPINGS) {
          const left = await archive.rollups({ size: MINUTE_MS, by, from: 0, to: DAY_MS });
          expect(left.map(({ at }) => at)).toEqual([2 * MINUTE_MS, 3 * MINUTE_MS]);
          expect(await archive.rollups({ size: HOUR_MS, by, from: 0, to: DAY_MS })).toHaveLength(1);
        }
        expect(await archive.dropDerived({ outages: true, before: 2 * DAY_MS + 1, limit: 1 })).toBe(2);
        expect(await archive.dropDerived({ outages: true, before: 2 * DAY_MS + 1, limit: 9 })).toBe(2);
        expect(await archive.outages({ limit: 10 })).toEqual([outages[1], outages[2]]);
        const days = await archive.leastStable({ from: 0, to: 9 * DAY_MS, limit: 9 });
        expect(days.map((day) => day.outages)).toEqual([1]);
      }));

    it("J43: the size is that of what is kept", () =>
      withPlace(async (archive, write) => {
        const empty = await archive.bytes();
        await write({ rows: Array.from({ length: 5_000 }, (_, n) => eventRow(n + 1, n + 1, `dog-${n}`)) });
        expect(await archive.bytes()).toBeGreaterThan(empty + 100_000);
      }));
  });
}

function byAt(a: RowKey, b: RowKey): number {
  return a.at - b.at || a.seq - b.seq;
}

/** Bytes are compared as such: one database answers with Buffers. */
function bytesOf(snapshot: SnapshotHead | null): unknown {
  return snapshot && { ...snapshot, body: [...snapshot.body] };
}
