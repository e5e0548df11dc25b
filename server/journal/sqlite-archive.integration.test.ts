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

it("J44: while the archive deletes and stores as fast as it can, commits go on and the journal stays well", async () => {
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
    // 2 ms and 20 ms on the reference machine; a disk shared with others may stall any one of them.
    expect(tookMs[tookMs.length >> 1]).toBeLessThan(50);
    expect(well / looks).toBeGreaterThan(0.95);
    expect(journal.health().dropped).toBe(0);
    process.stdout.write(
      `J44: ${tookMs.length} commits beside a busy archive: ${tookMs[tookMs.length >> 1]?.toFixed(1)} ms (median), ` +
        `${tookMs[Math.floor(tookMs.length * 0.99)]?.toFixed(0)} ms (p99), ${tookMs.at(-1)?.toFixed(0)} ms (longest)\n`,
    );
  } finally {
    await busy.terminate();
    await journal.close();
    await rm(dir, { recursive: true });
  }
});
