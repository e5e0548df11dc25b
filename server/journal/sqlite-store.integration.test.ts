import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { delta, derived, outage } from "#server/testing/derived-samples.ts";
import { describeJournal, placeAt, replayed, stable, started } from "#server/testing/journal-suite.ts";
import { readStoredDerived } from "#server/testing/stored-derived.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const open = (dir: string, extra: Partial<Parameters<typeof createSqliteJournal>[0]> = {}) =>
  createSqliteJournal({
    dir,
    pid: process.pid,
    clock: new FakeClock(),
    gateway: "test",
    log: SILENT,
    limits: { groupMs: null },
    ...extra,
  });

describeJournal("SQLite", async () => {
  const dir = await mkdtemp(join(tmpdir(), "leash-journal-"));
  return {
    open: ({ limits, ...options }) => open(dir, { ...options, limits: { groupMs: null, ...limits } }),
    ...placeAt({ kind: "sqlite", file: join(dir, "journal.db") }),
    dispose: () => rm(dir, { recursive: true }),
  };
});

describe("SQLite journal", () => {
  let dir = "";
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "leash-journal-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("J18: a second journal on the same folder is refused by name, the first is unharmed", async () => {
    const first = await open(dir);
    await expect(open(dir)).rejects.toThrow(`the data folder ${dir} is in use by process ${process.pid}`);
    const event = first.append(started);
    await first.committed();
    expect(await replayed(first)).toEqual([event]);
    await first.close();
    await (await open(dir)).close();
  });

  it("J19: a lock file left by a dead process does not matter", async () => {
    await writeFile(join(dir, "lock.pid"), "999999\n");
    await (await open(dir)).close();
  });

  it("J20: a full database refuses commits, reads go on, and space brings them back without a restart", async () => {
    const clock = new FakeClock();
    const journal = await open(dir, { clock, maxPages: 40 });
    const written = [journal.append(started)];
    for (let n = 0; n < 200 && journal.health().status === "ok"; n += 1) {
      for (let k = 0; k < 20; k += 1) written.push(journal.append(stable(`dog-${n}-${k}`)));
      await journal.committed().catch(() => {});
    }
    expect(journal.health().status).toBe("unavailable");
    expect(await replayed(journal)).toEqual(written);
    await journal.close();
    const roomy = await open(dir, { clock });
    const stored = await replayed(roomy);
    expect(stored).toEqual(written.slice(0, stored.length));
    expect(stored.length).toBeGreaterThan(100);
    await roomy.close();
  });

  it("J21: a damaged file is refused in one line, and its lock is free again", async () => {
    await (await open(dir)).close();
    await writeFile(join(dir, "journal.db"), Buffer.alloc(8_192, 0x5a));
    await expect(open(dir)).rejects.toThrow(/the journal .*journal\.db cannot be read .*restore it from a backup/);
    await rm(join(dir, "journal.db"));
    await (await open(dir)).close();
  });

  it("J21: a process killed within its first start finds its way from there", async () => {
    await (await open(dir)).close();
    const db = new DatabaseSync(join(dir, "journal.db"));
    db.exec("DELETE FROM kysely_migration; DROP TABLE alive; DROP INDEX events_by_dog");
    db.close();
    const journal = await open(dir);
    const event = journal.append(stable("dog-1"));
    await journal.committed();
    expect(await replayed(journal)).toEqual([event]);
    await journal.close();
  });

  it.each([
    [
      "of before there was history",
      "DROP TABLE outages; DROP TABLE rollups; DROP TABLE dog_days; DROP TABLE snapshots; DROP TABLE snapshot_shards; " +
        "DROP INDEX events_of_fleet; ALTER TABLE alive DROP COLUMN told_through; ALTER TABLE alive DROP COLUMN commit_number",
    ],
    [
      "killed within the change of its tables",
      "DROP TABLE snapshots; DROP INDEX outages_by_start; ALTER TABLE alive DROP COLUMN told_through",
    ],
  ])("J21: a journal %s goes on", async (_name, before) => {
    const clock = new FakeClock();
    const first = await open(dir, { clock });
    const old = first.append(stable("a"));
    await first.close();
    const db = new DatabaseSync(join(dir, "journal.db"));
    db.exec(`${before}; DELETE FROM kysely_migration WHERE name >= '003'`);
    db.close();
    const told = derived(1, { outages: [outage("a", 1)], rollups: [delta(0, { begun: 1 })] });
    const second = await open(dir, { clock, derive: () => told });
    expect([second.toldThrough, second.previous?.epoch]).toEqual([null, first.epoch]);
    const next = second.append(stable("a"));
    await second.committed();
    expect(await replayed(second)).toEqual([old, next]);
    await second.close();
    const stored = await readStoredDerived({ kind: "sqlite", file: join(dir, "journal.db") });
    expect(stored.outages).toEqual([outage("a", 1)]);
  });

  it("J21: a file cut in the middle is refused", async () => {
    const journal = await open(dir);
    for (let n = 0; n < 2_000; n += 1) journal.append(stable(`dog-${n}`));
    await journal.close();
    await truncate(join(dir, "journal.db"), 40_000);
    await expect(open(dir)).rejects.toThrow(/damaged|cannot be read/);
  });

  it("J22: the queries of the journal use their indexes", async () => {
    await (await open(dir)).close();
    const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
    const plan = (query: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${query}`).all());
    expect(
      plan(
        "SELECT * FROM events WHERE sn = 'a' AND (at, epoch, seq) < (5, 'e', 1) ORDER BY at DESC, epoch DESC, seq DESC",
      ),
    ).toMatch(/events_by_dog \(sn=\? AND \(?at/);
    const page = plan("SELECT * FROM events WHERE (at, epoch, seq) > (5, 'e', 1) ORDER BY at, epoch, seq LIMIT 5");
    expect(page).toMatch(/events_by_at \(\(?at[>,]/);
    // Only events of one millisecond are sorted among themselves, a handful of gateways' at most.
    expect(page.match(/TEMP B-TREE[^"]*/g)).toEqual(["TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY"]);
    db.close();
  });

  it("J23: closing leaves one database file, folded out of its write-ahead log", async () => {
    const journal = await open(dir);
    journal.append(started);
    await journal.close();
    expect((await readdir(dir)).sort()).toEqual(["journal.db", "lock.db", "lock.pid"]);
  });
});
