import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import { describeArchive } from "#server/testing/archive-suite.ts";
import { commit, delta, derived, dogDay, eventRow, outage } from "#server/testing/derived-samples.ts";
import type { Archive } from "./archive.ts";
import { archiveOver, openArchive } from "./database/archive.ts";
import { openHot } from "./database/open-database.ts";
import type { JournalTables } from "./database/schema.ts";
import { nodeSqliteDialect } from "./sqlite/node-sqlite-dialect.ts";

describeArchive("SQLite", async () => {
  const dir = await mkdtemp(join(tmpdir(), "leash-archive-"));
  const location = { kind: "sqlite", file: join(dir, "journal.db") } as const;
  const hot = await openHot(location);
  const archive = await openArchive(location);
  return {
    hot,
    archive,
    async dispose() {
      await archive.close();
      await hot.close();
      await rm(dir, { recursive: true });
    },
  };
});

describe("SQLite archive", () => {
  let dir = "";
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "leash-archive-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("J44: every query of the archive goes by an index", async () => {
    const file = join(dir, "journal.db");
    const hot = await openHot({ kind: "sqlite", file });
    const db = new DatabaseSync(file);
    const asked = new Map<string, readonly unknown[]>();
    const tables = new Kysely<JournalTables>({
      dialect: nodeSqliteDialect(db),
      log: ({ query }) => void asked.set(query.sql, query.parameters),
    });
    const rows = [1, 2, 3].map((n) => eventRow(n, n, "a"));
    const outages = [outage("a", 1, { endedAt: 2, outcome: "recovered" })];
    const told = derived(1, { outages, rollups: [delta(0, { begun: 1 })], dogDays: [dogDay(0, "a")] });
    hot.commit(commit(1, { rows, derived: told }));
    const archive = archiveOver({ tables, dialect: "sqlite", bytes: async () => 0, close: () => tables.destroy() });
    await askEverything(archive);
    expect(asked.size).toBeGreaterThan(25);
    for (const [query, parameters] of asked) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all(...(parameters as SQLInputValue[]));
      for (const { detail } of plan) {
        if (typeof detail !== "string" || !/^(SCAN|SEARCH) /.test(detail)) continue;
        expect([query, detail]).toEqual([query, expect.stringMatching(FOUND_BY_INDEX)]);
      }
    }
    await archive.close();
    await hot.close();
  });
});

/** An index, or the few rows of a limited subquery or of the list of snapshots. */
const FOUND_BY_INDEX = /USING (COVERING )?(INDEX|(INTEGER )?PRIMARY KEY)|^SCAN (some|snapshots|s|\(subquery-\d+\))$/;

async function askEverything(archive: Archive): Promise<void> {
  const key = { at: 5, epoch: "e", seq: 1 };
  const window = { from: 1, to: 9 };
  await archive.rollups({ size: MINUTE_MS, by: "site", ...window });
  await archive.begun({ size: MINUTE_MS, by: "site", ...window });
  for (const by of [{}, { sn: "a" }, { reason: "unknown" }] as const) {
    for (const after of [{}, window, { ...window, after: { startedAt: 3, sn: "b" } }]) {
      await archive.outages({ ...by, ...after, limit: 5 });
    }
  }
  await archive.leastStable({ ...window, limit: 5 });
  await archive.leastStableOf({ ...window, limit: 5 });
  for (const by of [{}, { sn: "a" }, { sn: null }]) {
    for (const after of [{}, window, { ...window, after: key }])
      for (const order of ["asc", "desc"] as const) await archive.events({ ...by, ...after, order, limit: 5 });
  }
  await archive.bounds();
  await archive.derivedBytes();
  await archive.horizon();
  await archive.putHorizon(key);
  await archive.firstOfNextDog(null);
  await archive.countEvents(null, 5, 5);
  await archive.countEvents(key, 9, 5);
  await archive.snapshot(1, null);
  await archive.snapshot(1, 5);
  await archive.oldestSnapshot(1);
  await archive.snapshots();
  await archive.putShard("x", 0, Uint8Array.of(1));
  await archive.shard("x", 0);
  await archive.dropSnapshot("x");
  await archive.dropSnapshots(5);
  await archive.dropEvents(key, 5);
  await archive.dropDerived({ size: MINUTE_MS, outages: true, before: 2 * DAY_MS, limit: 5 });
}
