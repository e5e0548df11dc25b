import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS } from "#lib/history/rollup.ts";
import type { JournalLocation } from "#server/journal/archive.ts";
import { openArchive } from "#server/journal/database/archive.ts";
import { openHot, openTables } from "#server/journal/database/open-database.ts";
import type { JournalTables } from "#server/journal/database/schema.ts";
import { lockDataFolder } from "#server/journal/sqlite/owner-lock.ts";
import { commit, delta, derived, dogDay, eventRow, outage } from "#server/testing/derived-samples.ts";
import { until } from "#server/testing/gateway-rig.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { createBackup, inSnapshot } from "./backup.ts";
import { dumpTables } from "./dump-tables.ts";
import { restoreBackup, syncParent } from "./restore.ts";

const AT = 1_790_000_000_000;
const EVENTS = 2_500;
const KINDS = ["sqlite", "postgres"] as const;
type Kind = (typeof KINDS)[number];

let server: PostgresServer;
let dir: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-backup-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const folder = (name: string) => join(dir, name);

async function placeOf(kind: Kind, name: string): Promise<JournalLocation> {
  if (kind === "postgres") return { kind, url: await server.createDatabase() };
  return { kind, file: join(folder(name), "journal.db") };
}

/** A journal with something in every table; numbers and texts at the edges of what is stored. */
async function filled(location: JournalLocation, name: string): Promise<void> {
  await import("node:fs/promises").then(({ mkdir }) => mkdir(folder(name), { recursive: true }));
  const hot = await openHot(location);
  const rows = Array.from({ length: EVENTS }, (_, n) =>
    eventRow(n + 1, AT + n, n % 7 === 0 ? null : `狗-${n % 31}\u2028`),
  );
  await hot.commit(
    commit(1, {
      rows,
      derived: derived(AT + EVENTS, {
        outages: [outage("D1", AT), outage("D2", AT + 5, { endedAt: AT + 9_000, outcome: "recovered", dials: 3 })],
        rollups: [
          delta(AT - (AT % MINUTE_MS), { begun: 2, downMs: 17 }),
          delta(AT - (AT % MINUTE_MS), { begun: 1 }, "site", '院子"'),
        ],
        dogDays: [dogDay(0, "D1", { outages: 1 })],
      }),
    }),
  );
  await hot.close();
  const archive = await openArchive(location);
  const bytes = (length: number) => Uint8Array.from({ length }, (_, n) => n % 256);
  const through = { at: AT, epoch: "epoch-1", seq: 1 };
  for (let shard = 0; shard < 11; shard++) await archive.putShard("s1", shard, bytes(1_000 + shard));
  await archive.putSnapshot({
    id: "s1",
    at: AT,
    through,
    foldVersion: 1,
    dogs: 31,
    shards: 11,
    bytes: 11_000,
    body: bytes(300),
  });
  await archive.putHorizon(through);
  await archive.close();
  await writeFile(join(folder(name), "api-token"), "an-api-token-of-32-characters-or-so\n");
  await writeFile(join(folder(name), "dog-token-pepper"), "a-pepper-of-32-characters-or-rather-more\n");
}

async function digestOf(location: JournalLocation): Promise<string> {
  const access = await openTables(location);
  const dump = dumpTables(access.tables);
  for await (const _ of dump.text);
  await access.close();
  return dump.digest();
}

const backup = (location: JournalLocation, name: string, to = folder("backup")) =>
  createBackup({ location, dataDir: folder(name), to, version: "9.9.9", now: () => AT });
const restore = (location: JournalLocation, name: string, from = folder("backup")) =>
  restoreBackup({ from, location, dataDir: folder(name), pid: process.pid });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "it was not refused",
    (error: Error) => error.message,
  );

it("J65: PostgreSQL does not end a backup that pauses between two reads", async () => {
  const location = await placeOf("postgres", "a");
  await filled(location, "a");
  const access = await openTables(location);
  const shown = (db: Kysely<JournalTables>) =>
    sql<object>`SHOW idle_in_transaction_session_timeout`.execute(db).then(({ rows }) => Object.values(rows[0] ?? {}));
  expect(await inSnapshot(access.tables, "postgres", shown)).toEqual(["0"]);
  expect(await shown(access.tables)).toEqual(["10s"]);
  await access.close();
});

describe.each(KINDS)("a backup of a journal in %s", (from) => {
  it.each(KINDS)("J60: every row of every table, and the folder's secrets, are in %s as they were", async (to) => {
    const [source, target] = [await placeOf(from, "a"), await placeOf(to, "b")];
    await filled(source, "a");
    const made = await backup(source, "a");
    expect(made.counts).toEqual({
      alive: 1,
      events: EVENTS,
      outages: 2,
      rollups: 4,
      dog_days: 1,
      snapshots: 1,
      snapshot_shards: 11,
      horizon: 1,
    });
    expect((await stat(folder("backup"))).mode & 0o777).toBe(0o600);
    const done = await restore(target, "b");
    expect([done.rowsSha256, await digestOf(target)]).toEqual([made.rowsSha256, await digestOf(source)]);
    for (const name of ["api-token", "dog-token-pepper"]) {
      expect(await readFile(join(folder("b"), name), "utf8")).toBe(await readFile(join(folder("a"), name), "utf8"));
      expect((await stat(join(folder("b"), name))).mode & 0o777).toBe(0o600);
    }
    // It is a journal: opened, checked, and gone on from.
    const hot = await openHot(target);
    expect(hot.past).toMatchObject({
      toldThrough: AT + EVENTS,
      latestAt: AT + EVENTS - 1,
      previous: { epoch: "epoch-1" },
    });
    await hot.commit(commit(2, { rows: [eventRow(EVENTS + 1, AT + EVENTS, "D1")] }));
    await hot.close();
  });

  it("J60: one moment, whatever is written meanwhile: whole commits up to it, none after", async () => {
    const source = await placeOf(from, "a");
    await filled(source, "a");
    const hot = await openHot(source);
    let number = 1;
    let acknowledged = 1;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const seq = EVENTS + number * 10;
        const rows = Array.from({ length: 10 }, (_, n) => eventRow(seq + n, AT + seq + n, "D9"));
        await hot.commit(
          commit(++number, { rows, derived: derived(AT + seq, { dogDays: [dogDay(0, "D9", { flaps: 1 })] }) }),
        );
        acknowledged = number;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await until("some commits", 15_000, () => acknowledged > 3);
    const before = acknowledged;
    await backup(source, "a");
    isOver = true;
    await writing;
    await hot.close();
    const target = await placeOf("sqlite", "b");
    const { counts } = await restore(target, "b");
    const access = await openTables(target);
    const flaps = await access.tables.selectFrom("dog_days").select("flaps").where("sn", "=", "D9").executeTakeFirst();
    const events = await access.tables.selectFrom("events").select("seq").where("sn", "=", "D9").execute();
    await access.close();
    expect(counts.events).toBe(EVENTS + events.length);
    expect(events.length).toBe(10 * (flaps?.flaps ?? 0));
    expect((flaps?.flaps ?? 0) + 1).toBeGreaterThanOrEqual(before);
    expect((flaps?.flaps ?? 0) + 1).toBeLessThanOrEqual(number);
  });
});

describe("what is refused", () => {
  async function backedUp(): Promise<Buffer> {
    const source = await placeOf("sqlite", "a");
    await filled(source, "a");
    await backup(source, "a");
    return readFile(folder("backup"));
  }
  const isEmpty = async (name: string) =>
    (await readdir(folder(name)).catch(() => [])).every((file) => file.startsWith("lock."));

  it("J61: a file that was cut anywhere, or changed anywhere, in one line; nothing is restored", async () => {
    const whole = await backedUp();
    for (let step = 0; step < 24; step++) {
      const at = Math.floor((whole.length * step) / 24);
      await writeFile(folder("bad"), whole.subarray(0, at));
      expect(await refusal(restore(await placeOf("sqlite", "b"), "b", folder("bad")))).toMatch(
        /^\S+ is (cut short|no backup|damaged)[^\n]*$/,
      );
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await writeFile(folder("bad"), changed);
      const said = await refusal(restore(await placeOf("sqlite", "b"), "b", folder("bad")));
      expect([at, said]).toEqual([at, expect.stringMatching(/^\S+ is (cut short|no backup|damaged)[^\n]*$/)]);
    }
    expect(await isEmpty("b")).toBe(true);
    expect(await refusal(restore(await placeOf("sqlite", "b"), "b", folder("nowhere")))).toMatch(/is not there$/);
  }, 60_000);

  it("J61: rows that are not those it was written with, though the stream is whole", async () => {
    const text = zstdDecompressSync(await backedUp()).toString();
    const written = (changed: string) => writeFile(folder("bad"), zstdCompressSync(changed));
    const lines = text.split("\n");
    for (const changed of [
      text.replace('"D2"', '"D3"'),
      lines.toSpliced(8, 1).join("\n"),
      lines.toSpliced(-2, 1).join("\n"),
      `${text}[1]\n`,
      text.replace("an-api-token", "no-api-token"),
    ]) {
      await written(changed);
      expect(await refusal(restore(await placeOf("sqlite", "b"), "b", folder("bad")))).toMatch(
        / is (damaged|cut short)/,
      );
    }
    expect(await isEmpty("b")).toBe(true);
  });

  it.each(KINDS)("J61: a backup of a newer Leash, into %s", async (kind) => {
    const text = zstdDecompressSync(await backedUp()).toString();
    const target = await placeOf(kind, "b");
    await writeFile(folder("bad"), zstdCompressSync(text.replace('"leash_backup":1', '"leash_backup":2')));
    expect(await refusal(restore(target, "b", folder("bad")))).toMatch(/is of a newer Leash \(9\.9\.9, format 2\)/);
    const { createHash } = await import("node:crypto");
    const body = text
      .slice(0, text.lastIndexOf("\n", text.length - 2) + 1)
      .replace(/"schema":"[^"]+"/, '"schema":"999-later"');
    const end = JSON.parse(text.slice(text.lastIndexOf("\n", text.length - 2) + 1)) as { end: object };
    const trailer = { end: { ...end.end, sha256: createHash("sha256").update(body).digest("hex") } };
    await writeFile(folder("bad"), zstdCompressSync(`${body}${JSON.stringify(trailer)}\n`));
    expect(await refusal(restore(target, "b", folder("bad")))).toMatch(/is of a newer Leash \(9\.9\.9, 999-later\)/);
    expect(await isEmpty("b")).toBe(true);
  });

  it.each(KINDS)("J61: %s that is not empty, or in use, keeps what it has", async (kind) => {
    await backedUp();
    const target = await placeOf(kind, "b");
    await filled(target, "b");
    await rm(join(folder("b"), "api-token"));
    await rm(join(folder("b"), "dog-token-pepper"));
    const before = await digestOf(target);
    expect(await refusal(restore(target, "b"))).toMatch(/is not empty/);
    expect(await digestOf(target)).toBe(before);
    expect((await readdir(folder("b"))).filter((name) => name.includes("token"))).toEqual([]);
    const release = lockDataFolder(folder("b"), 4_711);
    expect(await refusal(restore(target, "b"))).toMatch(/in use by process 4711/);
    release();
  });

  it("J66: what a killed restore left is removed by the next one", async () => {
    await backedUp();
    const target = await placeOf("sqlite", "b");
    await import("node:fs/promises").then(({ mkdir }) => mkdir(folder("b")));
    for (const rest of ["", "-wal", "-shm"])
      await writeFile(join(folder("b"), `journal.db.restoring${rest}`), "half of it");
    const done = await restore(target, "b");
    expect(done.rowsSha256).toBe(await digestOf(target));
    expect((await readdir(folder("b"))).filter((name) => name.includes("restoring"))).toEqual([]);
  });

  it("J66: a parent folder nobody may read is no failure; any other trouble with it is", async () => {
    const denied = Object.assign(new Error("denied"), { code: "EACCES" });
    await expect(syncParent(folder(""), () => Promise.reject(denied))).resolves.toBeUndefined();
    await expect(syncParent(folder("nowhere"))).rejects.toThrow(/ENOENT/);
  });

  it("J61: a folder whose secrets are others", async () => {
    await backedUp();
    const target = await placeOf("postgres", "b");
    await copyFile(folder("backup"), folder("kept"));
    await import("node:fs/promises").then(({ mkdir }) => mkdir(folder("b")));
    await writeFile(join(folder("b"), "api-token"), "another-token-of-32-characters-or-so\n");
    expect(await refusal(restore(target, "b", folder("kept")))).toMatch(/api-token is another one than the backup's/);
  });

  it("J61: to write a backup over another, or of a journal that is not there", async () => {
    const whole = await backedUp();
    expect(await refusal(backup({ kind: "sqlite", file: join(folder("a"), "journal.db") }, "a"))).toMatch(
      /is there already/,
    );
    expect(await readFile(folder("backup"))).toEqual(whole);
    expect(
      await refusal(backup({ kind: "sqlite", file: join(folder("z"), "journal.db") }, "z", folder("other"))),
    ).toMatch(/there is no journal at/);
    const nowhere = { kind: "sqlite", file: join(folder("a"), "journal.db") } as const;
    expect(await refusal(backup(nowhere, "a", join(folder("none"), "file")))).toMatch(/there is no folder .*none/);
    expect((await readdir(dir)).sort()).toEqual(["a", "backup"]);
  });
});
