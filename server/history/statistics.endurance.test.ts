import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { DAY_MS, HOUR_MS, type Rollup } from "#lib/history/rollup.ts";
import type { Archive } from "#server/journal/archive.ts";
import { openArchive } from "#server/journal/database/archive.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import { commit, delta, derived } from "#server/testing/derived-samples.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { createGroupSums } from "./group-sums.ts";
import { statisticsOf } from "./statistics.ts";

const DAYS = 30;
const END = Date.UTC(2024, 5, 30);
const FROM = END - DAYS * DAY_MS;
const REASONS = [
  "abnormal_closure",
  "network_timeout",
  "peer_reset",
  "auth_failed",
  "server_error",
  "unknown",
] as const;
const SITES = 10;
const RUNS = 7;

let dir = "";
let archive: Archive;

/** An hour of a fleet of ten thousand: some outages of every length. */
function hour(): Partial<Rollup> {
  const times = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [String(40 + i * 9), 3 + i]));
  const outages = { begun: 130, recovered: 125, gaveUp: 2, recoverSumMs: 4e6, flaps: 2, downMs: 4e6 };
  const decided = { decidedRecovered: 125, decidedGaveUp: 2, decidedRecoverMs: times };
  const dogTime = { connected: 9_000 * HOUR_MS, reconnecting: 300 * HOUR_MS, gave_up: HOUR_MS, silent: 1_000 };
  return {
    ...outages,
    ...decided,
    recoverMs: times,
    dials: { 1: 90, 2: 25, 3: 10 },
    delaysMs: times,
    stateMs: dogTime,
  };
}

beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-statistics-"));
  const location = { kind: "sqlite", file: join(dir, "journal.db") } as const;
  const hot = await openHot(location);
  for (let day = 0; day < DAYS; day++) {
    const rollups = Array.from({ length: 24 }, (_, i) => FROM + day * DAY_MS + i * HOUR_MS).flatMap((at) => [
      delta(at, { ...hour(), watchedMs: HOUR_MS }),
      ...REASONS.map((reason) => delta(at, hour(), "reason", reason)),
      ...Array.from({ length: SITES }, (_, site) => delta(at, hour(), "site", `site-${site}`)),
    ]);
    await hot.commit(commit(day + 1, { derived: derived(END, { rollups }) }));
  }
  archive = await openArchive(location);
  await hot.close();
});
afterEach(async () => {
  await archive.close();
  await rm(dir, { recursive: true });
});

it("G167: a month is answered from rollups alone, in less than 100 ms; with ten sites too, once they are added up", async () => {
  const { rollups, begun } = archive;
  const sums = createGroupSums(systemClock);
  const medianMs = async (by: "site" | null) => {
    const tookMs: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const began = performance.now();
      const stats = await statisticsOf(
        { rollups, begun },
        { from: FROM, to: END, by, timeZone: "Asia/Shanghai" },
        sums,
      );
      tookMs.push(performance.now() - began);
      expect(stats.metrics.outages).toBe(130 * 24 * DAYS);
      expect(stats.groups).toHaveLength(by === null ? 0 : SITES);
    }
    return tookMs.sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  };
  expect(await medianMs(null)).toBeLessThan(100);
  expect(await medianMs("site")).toBeLessThan(100);
});
