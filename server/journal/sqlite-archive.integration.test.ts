import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { stable } from "#server/testing/journal-suite.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";

const BUSY = fileURLToPath(new URL("../testing/busy-archive.ts", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const EVENTS = 60_000;

interface Seen {
  /** Of the commits beside the archive, sorted. */
  readonly tookMs: readonly number[];
  /** Share of the looks at the journal that found it well. */
  readonly wellShare: number;
}

/** A journal of many events, its archive at work on all of them, and a few more events a turn meanwhile. */
async function besideBusyArchive(): Promise<Seen> {
  const dir = await mkdtemp(join(tmpdir(), "leash-busy-archive-"));
  const tookMs: number[] = [];
  const journal = await createSqliteJournal({
    dir,
    pid: process.pid,
    clock: systemClock,
    gateway: "test",
    log: SILENT,
    onCommit: ({ ms }) => tookMs.push(ms),
  });
  for (let n = 0; n < EVENTS; n += 1) {
    journal.append(stable(`dog-${n % 2_000}`));
    while (journal.health().queued > 8_000) await sleep(1);
  }
  while (journal.health().queued > 0) await sleep(1);
  const { at, epoch, seq } = journal.append(stable("dog-0"));
  const busy = new Worker(BUSY, { workerData: { file: join(dir, "journal.db"), before: { at, epoch, seq } } });
  try {
    const { promise: done, resolve, reject } = Promise.withResolvers<{ dropped: number; shards: number }>();
    busy.on("message", resolve);
    busy.on("error", reject);
    let isDone = false;
    done.finally(() => {
      isDone = true;
    });
    tookMs.length = 0;
    let well = 0;
    let looks = 0;
    while (!isDone) {
      for (let n = 0; n < 5; n += 1) journal.append(stable(`late-${n}`));
      looks += 1;
      if (journal.health().status === "ok") well += 1;
      await sleep(5);
    }
    expect(await done).toEqual({ dropped: EVENTS - 1_999, shards: 200 });
    tookMs.sort((a, b) => a - b);
    expect(journal.health().dropped).toBe(0);
    process.stdout.write(
      `J44: ${tookMs.length} commits beside a busy archive: ${tookMs[tookMs.length >> 1]?.toFixed(1)} ms (median), ` +
        `${tookMs[Math.floor(tookMs.length * 0.99)]?.toFixed(0)} ms (p99), ${tookMs.at(-1)?.toFixed(0)} ms (longest)\n`,
    );
    return { tookMs, wellShare: well / looks };
  } finally {
    await busy.terminate();
    await journal.close();
    await rm(dir, { recursive: true });
  }
}

it("J44: while the archive deletes and stores as fast as it can, commits go on and the journal stays well", async () => {
  // 2 ms on the reference machine; it is not well while a commit takes 250 ms, as on a disk that others make wait.
  const isGood = ({ tookMs, wellShare }: Seen) => (tookMs[tookMs.length >> 1] ?? 50) < 50 && wellShare > 0.95;
  const seen = [await besideBusyArchive()];
  while (seen.length < 3 && !seen.some(isGood)) seen.push(await besideBusyArchive());
  expect(seen.some(isGood), JSON.stringify(seen.map(({ wellShare }) => wellShare))).toBe(true);
}, 90_000);
