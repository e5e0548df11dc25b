import { readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { replayed, stable } from "#server/testing/journal-suite.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";
import type { OpenJournal } from "./create-journal.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";
import { startJournalThread } from "./threads/journal-thread.ts";

const TOKEN = "shared_dog_token_of_this_test";
const KILLER = fileURLToPath(new URL("../testing/thread-killer.ts", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

async function until(what: string, check: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const beganAt = performance.now();
  while (!(await check())) {
    if (performance.now() - beganAt > withinMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(10);
  }
}

const openJournals = (dir: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(join(dir, "journal.db"));
    } catch {
      return false;
    }
  }).length;

describe("the journal's threads die", () => {
  let dir = "";
  const threads: Worker[] = [];
  const processes: GatewayProcess[] = [];
  const dogs: SeedDog[] = [];
  const remember = (thread: Worker) => threads.push(thread);
  beforeEach(async () => {
    dir = await mkdtemp(join(SCRATCH, "leash-thread-"));
    process.on("worker", remember);
  });
  afterEach(async () => {
    process.off("worker", remember);
    threads.length = 0;
    for (const dog of dogs.splice(0)) dog.stop();
    for (const { child, ended } of processes.splice(0)) {
      child.kill("SIGKILL");
      await ended;
    }
    await rm(dir, { recursive: true });
  });
  const open = (): Promise<OpenJournal> =>
    createSqliteJournal({ dir, pid: process.pid, clock: systemClock, gateway: "test", log: SILENT });

  it("J31: killed mid-load, twice, the writing thread comes back by itself and every event is stored once", async () => {
    const journal = await open();
    let appended = 0;
    const load = async (ms: number) => {
      for (const endsAt = performance.now() + ms; performance.now() < endsAt; await sleep(1)) {
        for (let n = 0; n < 5; n += 1) journal.append(stable(`dog-${n}`));
        appended += 5;
      }
    };
    for (let kill = 0; kill < 2; kill += 1) {
      await load(200);
      const alive = threads.length;
      // The writer, the reader, then whoever took the writer's place.
      // For a second or two: then another one has taken over.
      const noticed = until("the journal notices", () => journal.health().status === "unavailable").then(() =>
        expect(journal.committed()).rejects.toMatchObject({ code: "journal_unavailable" }),
      );
      await Promise.all([threads[kill === 0 ? 0 : 2]?.terminate(), load(200), noticed]);
      await until("a thread takes over", () => threads.length > alive);
      await load(200);
      await until("commits succeed again", () => journal.health().status === "ok" && journal.health().queued === 0);
      await journal.committed();
    }
    expect(journal.health().dropped).toBe(0);
    const events = await replayed(journal);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: appended }, (_, n) => n + 1));
    // One database and one log for each of the two threads: the dead one's descriptors are gone.
    await until("its descriptors are closed", () => openJournals(dir) <= 6);
    await journal.close();
    const again = await open();
    expect(await replayed(again)).toHaveLength(appended);
    expect(again.previous).toMatchObject({ clean: true });
    await again.close();
  });

  it("J31: reads of a dead thread are refused as unavailable, commits go on, and reads come back", async () => {
    const journal = await open();
    journal.append(stable("a"));
    await journal.committed();
    expect(await replayed(journal)).toHaveLength(1);
    await threads[1]?.terminate();
    await expect(journal.read({ limit: 1 })).rejects.toMatchObject({ code: "journal_unavailable" });
    journal.append(stable("b"));
    await journal.committed();
    await until("a thread takes over", () => threads.length === 3);
    expect(await journal.read({ limit: 5 })).toMatchObject([{ sn: "b" }, { sn: "a" }]);
    await journal.close();
  });

  it("J31: it is started again after 1, 2, 4 .. 60 s, and closing ends that", async () => {
    const clock = new FakeClock();
    const deps = { clock, log: SILENT };
    const thread = startJournalThread(
      { role: "reader", location: { kind: "sqlite", file: join(dir, "journal.db") } },
      deps,
    );
    await until("it is started", () => threads.length === 1);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const born = threads.length;
      await threads.at(-1)?.terminate();
      await until("its end is seen", () => clock.pending === 1);
      clock.advance(seconds * 1_000 - 1);
      expect(threads).toHaveLength(born);
      clock.advance(1);
      await until("it is started again", () => threads.length === born + 1);
    }
    await threads.at(-1)?.terminate();
    await until("its end is seen", () => clock.pending === 1);
    await thread.close();
    expect(clock.pending).toBe(0);
    await expect(thread.ask({ type: "read", query: { limit: 1 } })).rejects.toMatchObject({
      code: "journal_unavailable",
    });
  });

  it("J31: a gateway whose journal threads die keeps its dogs, refuses what it cannot store, and mends", async () => {
    const gateway = startGatewayProcess({
      DATA_DIR: dir,
      DOG_SHARED_TOKEN: TOKEN,
      DRAIN_WINDOW: "0s",
      NODE_OPTIONS: `--import ${KILLER}`,
    });
    processes.push(gateway);
    const url = await gateway.listening;
    const dial = (sn: string) => {
      const dog = new SeedDog({ url: `${url.replace("http", "ws")}/ws`, token: TOKEN, sn }).start();
      dogs.push(dog);
      return dog.until(({ answers }) => answers.length > 0);
    };
    const cleanup = () => fetch(`${url}/api/reconnection/cleanup`, { method: "POST" });
    const early = await Promise.all(Array.from({ length: 20 }, (_, n) => dial(`early-${n}`)));
    gateway.child.kill("SIGUSR2");
    // The dogs come while it is not ready, however long they take.
    const [refused, late] = await Promise.all([
      until("it is not ready", async () => (await fetch(`${url}/readyz`)).status === 503).then(cleanup),
      Promise.all(Array.from({ length: 20 }, (_, n) => dial(`late-${n}`))),
    ]);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: "journal_unavailable" }]);
    await until("it is ready again", async () => (await fetch(`${url}/readyz`)).status === 200);
    expect((await cleanup()).status).toBe(200);
    for (const dog of [...early, ...late]) expect([dog.isOpen, dog.closes]).toEqual([true, []]);
    gateway.child.kill("SIGTERM");
    expect(await gateway.ended).toBe(0);

    const journal = await open();
    const events = (await replayed(journal)).filter(({ epoch }) => epoch === journal.previous?.epoch);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    const connected = events.flatMap((event) => (event.type === "dog.connected" ? [event.sn] : []));
    expect(connected.sort()).toEqual(
      ["early-", "late-"].flatMap((of) => [...Array(20).keys()].map((n) => of + n)).sort(),
    );
    await journal.close();
  });
});
