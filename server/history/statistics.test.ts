import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import { fleetStats } from "#lib/contracts/fleet.ts";
import {
  DAY_MS,
  type Grouping,
  HOUR_MS,
  MINUTE_MS,
  OTHER_KEYS,
  type Rollup,
  type RollupDelta,
} from "#lib/history/rollup.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { delta } from "#server/testing/derived-samples.ts";
import { RollupArchive } from "#server/testing/rollup-archive.ts";
import type { StatsRead } from "./fleet-history.ts";
import { createGroupSums } from "./group-sums.ts";
import { statisticsOf, wholeOf } from "./statistics.ts";

/** Midnight UTC. */
const T0 = Date.UTC(2024, 0, 10);
const iso = (at: number) => new Date(at).toISOString();

/** A minute in which `dogs` were connected, watched for `watchedMs` of it. */
function watched(at: number, dogs: number, watchedMs = MINUTE_MS, more: Partial<Rollup> = {}): RollupDelta {
  return delta(at, { watchedMs, stateMs: { connected: dogs * watchedMs }, ...more });
}
const minutes = (from: number, count: number, make: (at: number, index: number) => RollupDelta): RollupDelta[] =>
  Array.from({ length: count }, (_, i) => make(from + i * MINUTE_MS, i));

function read(archive: RollupArchive, said: Partial<StatsRead> & Pick<StatsRead, "from" | "to">) {
  const clock = new FakeClock(said.to);
  return statisticsOf(archive, { by: null, timeZone: "UTC", ...said }, createGroupSums(clock));
}
const known = (bucket: FleetStats["states"][number]) => bucket.connected + bucket.unknown;

describe("series", () => {
  it.each([
    [15 * MINUTE_MS, MINUTE_MS, MINUTE_MS],
    [HOUR_MS, MINUTE_MS, MINUTE_MS],
    [HOUR_MS + 58 * MINUTE_MS, MINUTE_MS, 2 * MINUTE_MS],
    [6 * HOUR_MS, 5 * MINUTE_MS, 10 * MINUTE_MS],
    [DAY_MS, 15 * MINUTE_MS, 30 * MINUTE_MS],
    [7 * DAY_MS, 2 * HOUR_MS, 3 * HOUR_MS],
    [30 * DAY_MS, 8 * HOUR_MS, 12 * HOUR_MS],
    [366 * DAY_MS, 96 * HOUR_MS, 168 * HOUR_MS],
  ])(
    "G163: a window of %d ms has buckets of %d, columns of %d; no series has more than 120",
    async (span, bucket, column) => {
      const now = T0 + 12 * HOUR_MS + 20_000;
      const stats = await read(new RollupArchive([watched(now - MINUTE_MS, 3)]), {
        from: now - 20_000 - span,
        to: now,
      });
      expect([stats.bucket_ms, stats.reason_bucket_ms]).toEqual([bucket, column]);
      for (const series of [stats.states, stats.reasons, stats.outcomes])
        expect(series.length).toBeLessThanOrEqual(120);
      expect(stats.reasons).toHaveLength(stats.outcomes.length);
    },
  );

  it("G163: any custom window of a minute to a year has at most 120 buckets that cover it, and parses", async () => {
    for (const span of [1, 7, 59, 61, 119, 120, 121, 1_439, 2_880, 2_881, 10_080, 100_000, 527_040]) {
      for (const shift of [0, 1, 29, 61]) {
        const from = T0 + shift * MINUTE_MS;
        const to = from + span * MINUTE_MS;
        const { attempts, delays, ...past } = await read(new RollupArchive([watched(from, 1)]), { from, to });
        fleetStats.parse({
          ...past,
          as_of: iso(to),
          reasons_now: {},
          marks: [],
          attempts: { ...attempts, running: [] },
          delays: { ...delays, waiting: [] },
        });
        const first = Date.parse(past.states[0]?.at ?? "");
        expect(first <= from && first + past.bucket_ms > Date.parse(past.from)).toBe(true);
        expect(Date.parse(past.states.at(-1)?.at ?? "") + past.bucket_ms).toBeGreaterThanOrEqual(to);
        expect(past.states.length).toBeLessThanOrEqual(120);
      }
    }
  });

  it("G163: the first and the last bucket are means over what of them lies in the window", async () => {
    const from = T0 + 7 * MINUTE_MS;
    const to = T0 + 6 * HOUR_MS + 3 * MINUTE_MS + 20_000;
    const archive = new RollupArchive([
      ...minutes(T0, 6 * 60 + 3, (at) => watched(at, 10)),
      watched(T0 + 6 * HOUR_MS + 3 * MINUTE_MS, 10, 20_000),
    ]);
    const stats = await read(archive, { from, to });
    expect(stats.bucket_ms).toBe(5 * MINUTE_MS);
    expect(stats.states[0]?.at).toBe(iso(T0 + 5 * MINUTE_MS));
    expect(stats.states.every((bucket) => bucket.connected === 10 && bucket.unknown === 0)).toBe(true);
    expect(stats).toMatchObject({ unknown_ms: 0, metrics: { availability: 1, expected_ms: 10 * (to - from) } });
  });

  it("G163: a window beyond two days is made of hours, and says which it answers for", async () => {
    const archive = new RollupArchive(
      minutes(T0, 60 * 72, (at) => watched(at, 4, MINUTE_MS, { begun: 1, decidedRecovered: 1 })),
    );
    const stats = await read(archive, { from: T0 + 5 * MINUTE_MS, to: T0 + 3 * DAY_MS });
    expect(stats.from).toBe(iso(T0));
    expect(stats.metrics).toMatchObject({ outages: 72 * 60 });
    expect(stats.outcomes.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(72 * 60);
    expect(stats.unknown_ms).toBe(0);
  });

  it("G163: where the minutes of a short window are gone it is whole hours", async () => {
    const days = 3 * 24 * 60;
    const archive = new RollupArchive(minutes(T0, days, (at) => watched(at, 4, MINUTE_MS, { begun: 1 })));
    archive.forgetMinutes(T0 + DAY_MS + 90 * MINUTE_MS);
    const window = { from: T0 + 2 * HOUR_MS + 5 * MINUTE_MS, to: T0 + 4 * HOUR_MS + 10 * MINUTE_MS };
    const old = await read(archive, window);
    expect(old).toMatchObject({ from: iso(T0 + 2 * HOUR_MS), to: iso(T0 + 5 * HOUR_MS), bucket_ms: HOUR_MS });
    expect(old.states.map(({ connected }) => connected)).toEqual([4, 4, 4]);
    expect(old.metrics.outages).toBe(180);
    const half = await read(archive, { from: T0 + DAY_MS + HOUR_MS, to: T0 + DAY_MS + 2 * HOUR_MS });
    expect(half).toMatchObject({ bucket_ms: HOUR_MS, metrics: { outages: 60 }, unknown_ms: 0 });
    const kept = await read(archive, { from: T0 + 2 * DAY_MS, to: T0 + 2 * DAY_MS + 2 * HOUR_MS });
    expect(kept).toMatchObject({ bucket_ms: MINUTE_MS, metrics: { outages: 120 } });
  });

  it("G163: sums of a window are the same by the minute, and by the hour with the minutes of its ends", async () => {
    const made = minutes(T0, 60 * 40, (at, i) => watched(at, 5, MINUTE_MS, { begun: i % 3, recovered: i % 2 }));
    const bySite = minutes(T0, 60 * 40, (at, i) => delta(at, { begun: i % 3, recovered: i % 2 }, "site", "north"));
    const stats = await read(new RollupArchive([...made, ...bySite]), {
      from: T0 + 17 * MINUTE_MS,
      to: T0 + 39 * HOUR_MS + 41 * MINUTE_MS,
      by: "site",
    });
    const { outages, recovered } = stats.metrics;
    expect(stats.groups).toMatchObject([{ key: "north", metrics: { outages, recovered } }]);
    expect(outages).toBeGreaterThan(2_000);
  });
});

describe("unknown time", () => {
  it("G163: the states of a bucket are whole dogs that add up to how many there were", () => {
    expect(wholeOf([0, 1.45, 0.3, 0.25, 0])).toEqual([0, 2, 0, 0, 0]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 9 }), (parts) => {
        const whole = wholeOf(parts);
        const sum = (all: readonly number[]) => all.reduce((total, part) => total + part, 0);
        expect(sum(whole)).toBe(Math.round(sum(parts)));
        expect(whole.every((part, i) => Math.abs(part - (parts[i] ?? 0)) <= 1)).toBe(true);
      }),
    );
  });

  it("G164: a bucket nobody watched has as many unknown dogs as were known around it, never zeros", async () => {
    const dark = (index: number) => index >= 20 && index < 40;
    const all = minutes(T0, 60, (at) => watched(at, 8)).filter((_, index) => !dark(index));
    const stats = await read(new RollupArchive(all), { from: T0, to: T0 + HOUR_MS });
    expect(stats.states.map((bucket) => bucket.unknown)).toEqual(
      Array.from({ length: 60 }, (_, i) => (dark(i) ? 8 : 0)),
    );
    expect(stats.states.every((bucket) => known(bucket) === 8)).toBe(true);
    expect(stats.unknown_ms).toBe(20 * MINUTE_MS);
    expect(stats.metrics).toMatchObject({ availability: 1, expected_ms: 8 * 40 * MINUTE_MS });
    const lost = await read(new RollupArchive(all), { from: T0 - HOUR_MS, to: T0 + MINUTE_MS });
    expect(lost.unknown_ms).toBe(HOUR_MS);
    expect(lost.states[0]).toMatchObject({ connected: 0, unknown: 8 });
  });

  it("G164: half a bucket in the dark is half its dogs unknown; the outcome's availability leaves it out", async () => {
    const half = watched(T0, 0, MINUTE_MS / 2, {
      stateMs: { connected: 6 * 30_000, reconnecting: 4 * 30_000 },
      downMs: 4 * 30_000,
    });
    const stats = await read(new RollupArchive([half]), { from: T0, to: T0 + MINUTE_MS });
    expect(stats.states).toMatchObject([{ connected: 3, reconnecting: 2, unknown: 5 }]);
    expect(stats.outcomes).toMatchObject([{ availability: 0.6 }]);
    expect(stats.metrics.availability).toBe(0.6);
  });

  it("G164: what is not told yet of the last seconds is not unknown; a window in the past is told whole", async () => {
    const now = T0 + 30 * MINUTE_MS + 4_000;
    const made = [...minutes(T0, 29, (at) => watched(at, 9)), watched(T0 + 29 * MINUTE_MS, 9, 58_500)];
    const live = await read(new RollupArchive(made), { from: T0, to: now });
    expect(live.unknown_ms).toBe(0);
    expect(live.states.at(-1)).toMatchObject({ connected: 9, unknown: 0 });
    const late = await read(new RollupArchive(made.slice(0, 28)), { from: T0, to: now });
    expect(late.unknown_ms).toBe(2 * MINUTE_MS + 4_000);
    const past = await read(new RollupArchive(made), { from: T0, to: T0 + 30 * MINUTE_MS });
    expect(past.unknown_ms).toBe(1_500);
  });

  it("G164: nothing stored is nothing known: no number is made up", async () => {
    const stats = await read(new RollupArchive([]), { from: T0, to: T0 + HOUR_MS });
    expect(stats.unknown_ms).toBe(HOUR_MS);
    expect(stats.metrics).toMatchObject({ outages: 0, success_rate: null, availability: null, mean_between_ms: null });
    expect(stats.states.every((bucket) => known(bucket) === 0)).toBe(true);
    expect([stats.heat, stats.groups]).toEqual([[], []]);
  });
});

describe("groups and hours", () => {
  const inGroup = (by: Grouping, key: string, begun: number, at = T0) =>
    delta(at, { begun, recovered: begun }, by, key);

  it("G165: groups come with the most outages first; beyond 50 they are one, with those that were not kept apart", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => inGroup("site", `s${i}`, i + 1));
    rows.push(inGroup("site", OTHER_KEYS, 1_000), inGroup("site", "", 500), inGroup("network", "wifi", 7));
    const { groups } = await read(new RollupArchive([watched(T0, 1), ...rows]), {
      from: T0,
      to: T0 + HOUR_MS,
      by: "site",
    });
    expect(groups).toHaveLength(51);
    expect(groups.slice(0, 3).map(({ key, metrics }) => [key, metrics.outages])).toEqual([
      ["", 500],
      ["s59", 60],
      ["s58", 59],
    ]);
    expect(groups.at(-1)).toMatchObject({ key: OTHER_KEYS, metrics: { outages: 1_000 + (11 * 12) / 2 } });
    expect((await read(new RollupArchive(rows), { from: T0, to: T0 + HOUR_MS })).groups).toEqual([]);
  });

  it("G165: days long over are added up once in ten minutes; what is told is the same", async () => {
    const hours = (count: number) =>
      Array.from({ length: 24 * 10 }, (_, i) =>
        delta(T0 + i * HOUR_MS, { begun: count, recovered: 1 }, "site", `s${i % 3}`),
      );
    const clock = new FakeClock(T0 + 10 * DAY_MS);
    const sums = createGroupSums(clock);
    const ask = (archive: RollupArchive) =>
      statisticsOf(archive, { from: T0 + 5 * HOUR_MS, to: T0 + 10 * DAY_MS, by: "site", timeZone: "UTC" }, sums);
    const first = new RollupArchive(hours(1));
    const told = (await ask(first)).groups;
    expect(told.map(({ metrics }) => metrics.outages).reduce((sum, n) => sum + n)).toBe(24 * 10 - 5);
    const again = new RollupArchive(hours(1));
    expect((await ask(again)).groups).toEqual(told);
    expect(first.told - again.told).toBe(7 * 24);
    const late = new RollupArchive(hours(2));
    const outages = async () => (await ask(late)).groups.reduce((sum, { metrics }) => sum + metrics.outages, 0);
    expect(await outages()).toBe(7 * 24 + 2 * (3 * 24 - 5));
    clock.advance(600_000);
    expect(await outages()).toBe(2 * (24 * 10 - 5));
  });

  it("G166: reasons by hour of day, in the zone asked for, exact to the minute; hours without any are left out", async () => {
    const rows = [
      delta(T0 + 29 * MINUTE_MS, { begun: 2 }, "reason", "peer_reset"),
      delta(T0 + 31 * MINUTE_MS, { begun: 3 }, "reason", "peer_reset"),
      delta(T0 + 31 * MINUTE_MS, { begun: 1 }, "reason", "auth_failed"),
    ];
    const heat = async (timeZone: string) =>
      (await read(new RollupArchive([watched(T0, 1), ...rows]), { from: T0, to: T0 + HOUR_MS, timeZone })).heat;
    expect(await heat("UTC")).toEqual([
      { hour: 0, reason_code: "peer_reset", count: 5 },
      { hour: 0, reason_code: "auth_failed", count: 1 },
    ]);
    expect((await heat("Asia/Shanghai")).map(({ hour }) => hour)).toEqual([8, 8]);
    expect(await heat("Asia/Kolkata")).toEqual([
      { hour: 5, reason_code: "peer_reset", count: 2 },
      { hour: 6, reason_code: "peer_reset", count: 3 },
      { hour: 6, reason_code: "auth_failed", count: 1 },
    ]);
  });

  it("G166: reasons over time add up to those in total, waits and dials are told beside", async () => {
    const begun = { begun: 3, recovered: 2, recoverMs: { "64": 2 }, dials: { "1": 1, "3": 1 }, delaysMs: { "0": 5 } };
    const rows = [
      watched(T0, 1, MINUTE_MS, begun),
      delta(T0, { begun: 2 }, "reason", "peer_reset"),
      delta(T0 + 9 * MINUTE_MS, { begun: 1 }, "reason", "unknown"),
    ];
    const stats = await read(new RollupArchive(rows), { from: T0, to: T0 + 10 * MINUTE_MS });
    expect(stats.reasons.filter(({ counts }) => Object.keys(counts).length > 0)).toEqual([
      { at: iso(T0), counts: { peer_reset: 2 } },
      { at: iso(T0 + 9 * MINUTE_MS), counts: { unknown: 1 } },
    ]);
    expect(stats.reasons_total).toBe(3);
    expect(stats.attempts).toEqual({
      recovered: [
        { dials: 1, count: 1 },
        { dials: 3, count: 1 },
      ],
      gave_up: 0,
    });
    expect(stats.delays).toMatchObject({ recovered: 2, reported: 5 });
    expect(stats.delays.recover.filter(({ count }) => count > 0)).toEqual([{ from_ms: 4_000, to_ms: 8_000, count: 2 }]);
  });
});
