import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const WRITER = fileURLToPath(new URL("../testing/journal-writer.ts", import.meta.url));
const STRACE = "/usr/bin/strace";
const SYNC = /\bf(?:data)?sync\(\d+<[^>]*journal\.db-wal>/;
const ACKNOWLEDGED = /\bwrite\(1<[^>]*>, "[0-9a-f-]{36} \d+\\n"/;

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "leash-syncs-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** Syncs of the write-ahead log before each acknowledgement of a writer, as the kernel saw them. */
async function syncsBeforeEach(commits: number, size: number): Promise<{ counts: number[]; tookMs: number }> {
  if (!existsSync(STRACE)) throw new Error("strace is missing, so nobody can count syncs: install the package strace");
  const trace = join(dir, "trace");
  const args = ["-f", "-y", "-qq", "-s", "64", "-e", "trace=fsync,fdatasync,write", "-e", "signal=none", "-o", trace];
  const writer = [process.execPath, WRITER, join(dir, "journal"), String(commits), String(size)];
  const since = performance.now();
  const child = spawn(STRACE, [...args, ...writer], { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = await once(child, "close");
  const tookMs = performance.now() - since;
  if (code !== 0) throw new Error(`the traced writer ended with ${code}: ${errors}`);
  const counts: number[] = [];
  let syncs = 0;
  for (const line of (await readFile(trace, "utf8")).split("\n")) {
    if (SYNC.test(line)) syncs += 1;
    else if (ACKNOWLEDGED.test(line)) {
      counts.push(syncs);
      syncs = 0;
    }
  }
  return { counts, tookMs };
}

it.skipIf(process.platform !== "linux")(
  "G13: none of 200 commits is acknowledged before the disk was told to keep it",
  async () => {
    const { counts: syncs } = await syncsBeforeEach(200, 1);
    expect(syncs).toHaveLength(200);
    expect(Math.min(...syncs)).toBeGreaterThanOrEqual(1);
  },
);

it.skipIf(process.platform !== "linux")("G13: a group commit of 100 events is one sync", async () => {
  const { counts: syncs, tookMs } = await syncsBeforeEach(40, 100);
  expect(syncs).toHaveLength(40);
  expect(Math.min(...syncs)).toBeGreaterThanOrEqual(1);
  // The first waits for the tables too; a checkpoint may add one now and then, a sign of life every 2 s.
  expect(syncs.slice(1).filter((count) => count > 1).length).toBeLessThan(8 + tookMs / 2_000);
});
