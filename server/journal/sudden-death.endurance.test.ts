import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { startGatewayProcess } from "#server/testing/gateway-process.ts";
import { lastAck } from "#server/testing/last-ack.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";

const WRITER = fileURLToPath(new URL("../testing/journal-writer.ts", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const TOKEN = "shared_dog_token_of_this_test";
/** `LEASH_KILLS=100` is the full size. */
const KILLS = Number(process.env.LEASH_KILLS ?? 10);
const SEED = Number(process.env.LEASH_SEED ?? Math.floor(Math.random() * 1e6));
const FULL = 600_000;
/** 0.1 s for an empty folder and 0.5 s for 100,000 events on the reference machine, goal 2 s. */
const OPENS_WITHIN_MS = 2_000;

interface Run {
  readonly epoch: string;
  readonly rows: number;
  readonly seqs: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Opens the journal as the next run would, and says what of each run is in it. `ownMs` is the time that took less what this
 * process was not run in.
 */
async function inspect(
  dir: string,
): Promise<{ openedMs: number; ownMs: number; integrity: unknown; runs: Map<string, Run> }> {
  const [beganAt, used] = [performance.now(), process.cpuUsage()];
  const options = { dir, pid: process.pid, clock: systemClock, gateway: "test", log: SILENT };
  const journal = await createSqliteJournal(options);
  const openedMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(used);
  const ownMs = Math.min(openedMs, (user + system) / 1_000);
  const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
  const integrity = db.prepare("PRAGMA integrity_check").get()?.integrity_check;
  const rows = db
    .prepare(
      "SELECT epoch, COUNT(*) AS rows, COUNT(DISTINCT seq) AS seqs, MIN(seq) AS first, MAX(seq) AS last FROM events GROUP BY epoch",
    )
    .all() as unknown as Run[];
  db.close();
  await journal.close();
  return { openedMs, ownMs, integrity, runs: new Map(rows.map((row) => [row.epoch, { ...row }])) };
}

describe("sudden death", () => {
  let dir = "";
  const children: ChildProcess[] = [];
  const dogs: SeedDog[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "leash-death-"));
  });
  afterEach(async () => {
    for (const dog of dogs.splice(0)) dog.stop();
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(dir, { recursive: true });
  });

  it(`G11: killed with -9 at ${KILLS} random instants (seed ${SEED}), the writer loses nothing acknowledged and doubles nothing`, {
    timeout: FULL,
  }, async () => {
    const random = seededRandom(SEED);
    const opens: number[] = [];
    const owns: number[] = [];
    let acknowledged = 0;
    let kept = new Map<string, number>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      // A fresh folder every ten kills: the first start is killed too, and opening is not about size.
      const folder = join(dir, String(Math.floor(kill / 10)));
      if (kill % 10 === 0) kept = new Map();
      const child = spawn(process.execPath, [WRITER, folder], { stdio: ["ignore", "pipe", "inherit"] });
      children.push(child);
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
      // Every third dies at any instant of its start, the others while they write.
      if (kill % 3 > 0) await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
      await sleep(random() * 600);
      child.kill("SIGKILL");
      await once(child, "close");
      const ack = lastAck(output);
      if (ack) kept.set(ack.epoch, ack.seq);
      acknowledged += ack?.seq ?? 0;

      const { openedMs, ownMs, integrity, runs } = await inspect(folder);
      opens.push(openedMs);
      owns.push(ownMs);
      const where = `kill ${kill} of seed ${SEED}`;
      expect(integrity, where).toBe("ok");
      for (const [epoch, seq] of kept) expect(runs.get(epoch)?.last ?? 0, where).toBeGreaterThanOrEqual(seq);
      for (const run of runs.values()) expect(run, where).toMatchObject({ first: 1, rows: run.last, seqs: run.last });
      // What stood there after this kill stands there after every later one.
      for (const run of runs.values()) kept.set(run.epoch, run.last);
    }
    opens.sort((a, b) => a - b);
    const [middle, slowest] = [opens[opens.length >> 1] ?? 0, opens.at(-1) ?? 0];
    process.stdout.write(
      `G11: ${KILLS} kills, seed ${SEED}: ${acknowledged} events acknowledged, 0 lost, 0 doubled; opened in ` +
        `${middle.toFixed(0)} ms (median), ${slowest.toFixed(0)} ms (longest; ${Math.max(...owns).toFixed(0)} ms of its own)\n`,
    );
    expect(acknowledged).toBeGreaterThan(0);
    // A disk or a processor shared with others may keep one of ten waiting, hardly the middle one.
    expect(Math.max(...owns)).toBeLessThan(OPENS_WITHIN_MS);
    expect(middle).toBeLessThan(OPENS_WITHIN_MS);
  });

  it("G12: a gateway on the folder of a living process is gone within 2 s, one on the folder of a dead one starts", async () => {
    const env = { DATA_DIR: dir, DOG_SHARED_TOKEN: TOKEN };
    const owner = startGatewayProcess(env);
    children.push(owner.child);
    await owner.listening;
    const tookMs: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const beganAt = performance.now();
      const second = startGatewayProcess(env);
      second.listening.catch(() => {});
      expect(await second.ended).toBe(1);
      tookMs.push(performance.now() - beganAt);
      expect(second.stderr()).toContain(`in use by process ${owner.pid}`);
    }
    // 0.6 s on the reference machine; the best of three is about us, the others may be about its neighbours.
    expect(Math.min(...tookMs)).toBeLessThan(2_000);
    owner.child.kill("SIGKILL");
    await owner.ended;
    const third = startGatewayProcess(env);
    children.push(third.child);
    await third.listening;
    // A signal it may answer: what it wrote of its start is committed before it goes.
    third.child.kill("SIGTERM");
    await third.ended;
    // The one that was sent away wrote nothing: two runs, the owner's and the one that took over.
    expect((await inspect(dir)).runs.size).toBe(2);
  });

  it("G11: a gateway killed with -9 under logins and forced reconnects has stored every one that was answered", {
    timeout: FULL,
  }, async () => {
    const random = seededRandom(SEED);
    const runs = Math.max(2, Math.floor(KILLS / 5));
    const logins: string[] = [];
    const tickets: string[] = [];
    for (let run = 0; run < runs; run += 1) {
      const gateway = startGatewayProcess({ DATA_DIR: dir, DOG_SHARED_TOKEN: TOKEN });
      children.push(gateway.child);
      const url = await gateway.listening;
      let alive = true;
      const line = async (name: string) => {
        for (let n = 0; alive; n += 1) {
          const sn = `${name}-${n}`;
          const dog = new SeedDog({ url: `${url.replace("http", "ws")}/ws`, token: TOKEN, sn }).start();
          dogs.push(dog);
          await dog.until(
            ({ answers, closes, refusals }) => answers.length + closes.length + refusals.length > 0 || !alive,
          );
          const [answer] = dog.answers;
          // Where the journal is behind the answer says that nothing is stored yet: it promises nothing.
          if (answer?.code === 0 && answer.args?.stored !== false) logins.push(sn);
          if (n % 4 === 0) await force(url, sn);
        }
      };
      const force = async (at: string, sn: string) => {
        const body = JSON.stringify({ client_id: sn });
        const headers = { "content-type": "application/json" };
        const response = await fetch(`${at}/api/reconnection/force`, { method: "POST", headers, body }).catch(() => {});
        if (response?.status !== 202) return;
        const answer = (await response.json().catch(() => ({}))) as { tickets?: { ticket: string }[] };
        for (const { ticket } of answer.tickets ?? []) tickets.push(ticket);
      };
      const lines = Array.from({ length: 8 }, (_, n) => line(`run-${run}-${n}`));
      await sleep(300 + random() * 900);
      gateway.child.kill("SIGKILL");
      alive = false;
      await gateway.ended;
      for (const dog of dogs.splice(0)) dog.stop();
      await Promise.all(lines);
    }
    const { integrity, runs: stored } = await inspect(dir);
    expect(integrity).toBe("ok");
    for (const run of stored.values()) expect(run).toMatchObject({ first: 1, rows: run.last, seqs: run.last });
    const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
    const texts = (query: string) =>
      db
        .prepare(query)
        .all()
        .map((row) => String(row.value));
    const connected = new Set(texts("SELECT sn AS value FROM events WHERE type = 'dog.connected'"));
    const requested = texts("SELECT body ->> 'ticket' AS value FROM events WHERE type = 'force.requested'");
    db.close();
    expect(logins.filter((sn) => !connected.has(sn))).toEqual([]);
    expect(tickets.filter((ticket) => requested.filter((one) => one === ticket).length !== 1)).toEqual([]);
    process.stdout.write(
      `G11: ${runs} gateways killed: ${logins.length} logins and ${tickets.length} tickets answered, all stored\n`,
    );
    expect(logins.length).toBeGreaterThan(runs);
    expect(tickets.length).toBeGreaterThan(runs);
  });
});
