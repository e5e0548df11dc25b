import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCertificate } from "#dog/testing/certificate.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { describeArchive } from "#server/testing/archive-suite.ts";
import { commit, eventRow } from "#server/testing/derived-samples.ts";
import { until } from "#server/testing/gateway-rig.ts";
import { describeJournal, placeAt, replayed, stable, started } from "#server/testing/journal-suite.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";
import type { OpenJournal } from "./create-journal.ts";
import { openArchive } from "./database/archive.ts";
import { openHot } from "./database/open-database.ts";
import { createPostgresJournal, type PostgresJournalOptions } from "./postgres-journal.ts";

const WRITER = fileURLToPath(new URL("../testing/journal-writer.ts", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const open = (url: string, extra: Partial<PostgresJournalOptions> = {}) =>
  createPostgresJournal({
    url,
    pid: process.pid,
    clock: new FakeClock(),
    gateway: "test",
    log: SILENT,
    ...extra,
    limits: { groupMs: null, ...extra.limits },
  });

describeJournal("PostgreSQL", async () => {
  const url = await server.createDatabase();
  const place = placeAt({ kind: "postgres", url });
  return { open: (options) => open(url, options), ...place, dispose: async () => {} };
});

describeArchive("PostgreSQL", async () => {
  const location = { kind: "postgres", url: await server.createDatabase() } as const;
  const hot = await openHot(location);
  const archive = await openArchive(location);
  return {
    hot,
    archive,
    async dispose() {
      await archive.close();
      await hot.close();
    },
  };
});

describe("PostgreSQL journal", () => {
  const journals: OpenJournal[] = [];
  const processes: ChildProcess[] = [];
  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close();
    for (const child of processes.splice(0)) child.kill("SIGKILL");
  });
  const opened = async (url: string, extra?: Partial<PostgresJournalOptions>) => {
    const journal = await open(url, { clock: systemClock, ...extra });
    journals.push(journal);
    return journal;
  };
  const refusal = (url: string) =>
    open(url).then(
      async (journal) => {
        await journal.close();
        return "it opened";
      },
      (error: Error) => error.message,
    );
  const databaseOf = (url: string) => new URL(url).pathname.slice(1);

  it.each(["off", "local", "remote_write"])(
    "J46: a role or a database with synchronous_commit = %s is refused in one line",
    async (value) => {
      const url = await server.createDatabase();
      for (const whose of [`DATABASE ${databaseOf(url)}`, "ROLE leash"]) {
        await server.run(`ALTER ${whose} SET synchronous_commit = ${value}`);
        const line = await refusal(url);
        await server.run(`ALTER ${whose} RESET synchronous_commit`);
        expect(line).toBe(
          `PostgreSQL at 127.0.0.1:${server.port}${new URL(url).pathname} cannot hold the journal: synchronous_commit is ${value}, ` +
            "so what it answers may be lost; set it to on for this role, database and server",
        );
      }
      await (await open(url)).close();
    },
  );

  it("J46: a server that does not sync is refused, one that waits for its standbys to apply is not", async () => {
    const careless = await startPostgres({ fsync: "off" });
    try {
      expect(await refusal(await careless.createDatabase())).toMatch(
        /cannot hold the journal: fsync is off, .* set it to on$/,
      );
    } finally {
      await careless.close();
    }
    const url = await server.createDatabase();
    await server.run(`ALTER DATABASE ${databaseOf(url)} SET synchronous_commit = remote_apply`);
    await (await open(url)).close();
  });

  it("J46: a server that becomes careless while we run stores nothing from the next connection on, until it is mended", async () => {
    const url = await server.createDatabase();
    const journal = await opened(url, { limits: { retryMs: 50 } });
    journal.append(started);
    await journal.committed();
    await server.run(`ALTER DATABASE ${databaseOf(url)} SET synchronous_commit = off`);
    await server.terminateBackends();
    const event = journal.append(stable("a"));
    await until("it notices", 15_000, () => journal.health().status === "unavailable");
    for (let look = 0; look < 20; look += 1) {
      await sleep(20);
      expect(journal.health()).toMatchObject({ status: "unavailable", queued: 1 });
    }
    await server.run(`ALTER DATABASE ${databaseOf(url)} RESET synchronous_commit`);
    await until("it stores again", 15_000, () => journal.health().status === "ok" && journal.health().queued === 0);
    expect((await journal.read({ limit: 1 }))[0]).toEqual(event);
  });

  it("J47: a second gateway on the database is refused by name, the first is unharmed; then it is free", async () => {
    const url = await server.createDatabase();
    const first = await opened(url, { gateway: "first" });
    const beganAt = performance.now();
    expect(await refusal(url)).toMatch(
      new RegExp(
        `^the journal's database 127.0.0.1:\\d+/leash_\\d+ is in use by process ${process.pid}, gateway first \\(backend \\d+`,
      ),
    );
    // 1.7 s alone on the reference machine; the rest is for a busy one.
    expect(performance.now() - beganAt).toBeLessThan(10_000);
    const event = first.append(started);
    await first.committed();
    expect(await replayed(first)).toEqual([event]);
    // Lost connections give the database to nobody: the first takes it back before it writes.
    await server.terminateBackends();
    first.append(stable("a"));
    await until("it is back", 15_000, () => first.health().status === "ok" && first.health().queued === 0);
    expect(await refusal(url)).toContain("gateway first");
    await first.close();
    await (await open(url)).close();
  });

  it("J47: a gateway killed with -9 frees its database; another one's in the same server is another", async () => {
    const [url, other] = [await server.createDatabase(), await server.createDatabase()];
    await opened(other);
    const child = spawn(process.execPath, [WRITER, url], { stdio: ["ignore", "pipe", "inherit"] });
    processes.push(child);
    await once(child.stdout, "data");
    expect(await refusal(url)).toContain(`in use by process ${child.pid}, gateway writer`);
    child.kill("SIGKILL");
    await (await open(url)).close();
  });

  it.each([
    [
      "nobody listens",
      (url: URL) => (url.port = "1"),
      /^PostgreSQL at 127\.0\.0\.1:1\/leash_\d+: connect ECONNREFUSED/,
    ],
    [
      "the password is wrong",
      (url: URL) => (url.password = "not-the-secret"),
      /password authentication failed for user "leash"$/,
    ],
    ["there is no such database", (url: URL) => (url.pathname = "/none"), /\/none: database "none" does not exist$/],
    [
      "the host has no address",
      (url: URL) => (url.hostname = "no-such-host.invalid"),
      /^PostgreSQL at no-such-host\.invalid:\d+\/.*(ENOTFOUND|EAI_AGAIN)/,
    ],
  ])(
    "G34, J48: where %s the start ends with one line that names the place and no password",
    async (_what, change, expected) => {
      const url = new URL(await server.createDatabase());
      const secret = url.password;
      change(url);
      const line = await refusal(url.href);
      expect(line).toMatch(expected);
      expect(line).not.toMatch(/not-the-secret|\n/);
      expect(line).not.toContain(secret);
    },
  );

  it("J22: the queries of the journal use their indexes", async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    const plan = async (query: string) =>
      JSON.stringify(await server.run(`SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN ${query}`, url));
    const ofDog = await plan(
      "SELECT * FROM events WHERE sn = 'a' AND (at, epoch, seq) < (5, 'e', 1) ORDER BY at DESC, epoch DESC, seq DESC LIMIT 5",
    );
    expect(ofDog).toMatch(/Index Scan Backward using events_by_dog.*Index Cond: .*sn = 'a'.*at <= /);
    const page = await plan(
      "SELECT * FROM events WHERE (at, epoch, seq) > (5, 'e', 1) ORDER BY at, epoch, seq LIMIT 5",
    );
    // Only events of one millisecond are sorted among themselves, a handful of gateways' at most.
    expect(page).toMatch(/Incremental Sort.*Presorted Key: at.*Index Scan using events_by_at.*Index Cond: .*at >= /);
  });

  it("J49: the size told is that of what is stored: room left by what was deleted is none of it", async () => {
    const url = await server.createDatabase();
    const hot = await openHot({ kind: "postgres", url });
    const archive = await openArchive({ kind: "postgres", url });
    try {
      const body = JSON.stringify({ type: "dog.stable", raw: "x".repeat(300) });
      for (let n = 0; n < 30; n += 1) {
        const rows = Array.from({ length: 2_000 }, (_, k) => ({
          ...eventRow(n * 2_000 + k + 1, n * 2_000 + k, `dog-${k}`),
          body,
        }));
        await hot.commit(commit(n + 1, { rows }));
      }
      await server.run("ANALYZE events", url);
      const [disk] = await server.run("SELECT pg_total_relation_size('events')::int AS bytes", url);
      const full = await archive.bytes();
      expect(full / Number(disk?.bytes)).toBeGreaterThan(0.75);
      expect(full / Number(disk?.bytes)).toBeLessThan(1.3);
      await server.run("DELETE FROM events WHERE at < 48000", url);
      await until("the server has counted", 15_000, async () => (await archive.bytes()) < full / 2);
      const left = await archive.bytes();
      expect(left / full).toBeGreaterThan(0.1);
      expect(left / full).toBeLessThan(0.35);
      // Counts are lost in a crash, and found again.
      await server.stop("immediate");
      await server.start();
      await archive.bytes().catch(() => {});
      expect((await archive.bytes()) / full).toBeLessThan(0.35);
      expect((await archive.bytes()) / full).toBeGreaterThan(0.1);
    } finally {
      await archive.close();
      await hot.close();
    }
  });

  it("J58: over TLS the server's certificate is verified, and a line that hangs or breaks is replaced as any other", async () => {
    const { cert, key } = createCertificate({ commonName: "127.0.0.1", names: ["127.0.0.1"] });
    const stranger = createCertificate({ commonName: "127.0.0.1", names: ["127.0.0.1"] });
    const dir = await mkdtemp(join(tmpdir(), "leash-ca-"));
    const secure = await startPostgres({ ssl: "on" }, { "server.crt": cert, "server.key": key });
    try {
      await writeFile(join(dir, "ca.pem"), cert);
      await writeFile(join(dir, "stranger.pem"), stranger.cert);
      const url = new URL(await secure.createDatabase());
      const trusting = (file: string) => `${url.href}?sslmode=verify-full&sslrootcert=${join(dir, file)}`;
      expect(await refusal(trusting("stranger.pem"))).toMatch(
        /^PostgreSQL at 127\.0\.0\.1:\d+\/leash_1: .*certificate/,
      );
      const journal = await opened(trusting("ca.pem"), { limits: { retryMs: 50 } });
      journal.append(started);
      await journal.committed();
      const sessions =
        "SELECT bool_and(ssl) AS ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'leash'";
      expect(await secure.run(sessions)).toEqual([{ ssl: true }]);
      expect(secure.killBackends()).toBeGreaterThan(0);
      journal.append(stable("a"));
      await until("it is back", 15_000, () => journal.health().status === "ok" && journal.health().queued === 0);
      expect(await replayed(journal)).toHaveLength(2);
    } finally {
      for (const journal of journals.splice(0)) await journal.close();
      await secure.close();
      await rm(dir, { recursive: true });
    }
  });
});
