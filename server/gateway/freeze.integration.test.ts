import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";

const TOKEN = "shared-token-of-the-frozen";
const DOG_MAIN = fileURLToPath(new URL("../testing/seed-dog-main.ts", import.meta.url));
/** The defaults (30, 45 and 75 s) at a fiftieth: a stop of 4 s is as long as two and a half of these timeouts. */
const SHORT = { APP_PINT_TIME: "600ms", SILENT_AFTER: "900ms", APP_PING_READ_TIMEOUT: "1500ms", STABLE_AFTER: "500ms" };
const STOPPED_MS = 4_000;
const DOGS = 30;

let dir: string;
let gateway: GatewayProcess;
const dogs: SeedDog[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "leash-freeze-"));
  gateway = startGatewayProcess({ DATA_DIR: dir, DOG_SHARED_TOKEN: TOKEN, ...SHORT });
});
afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  for (const child of [...children.splice(0), gateway.child]) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  await rm(dir, { recursive: true });
});

const wsUrl = (url: string) => `${url.replace(/^http/, "ws")}/ws`;

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length));
}

async function dogOf(url: string, sn: string): Promise<Record<string, unknown>> {
  const { row } = (await (await fetch(`${url}/api/dogs/${sn}`)).json()) as { row: Record<string, unknown> };
  return row;
}

/** Looks every 20 ms, for 5 s at most. Resolves with the ms it took. */
async function untilState(url: string, sn: string, wanted: string): Promise<number> {
  const since = performance.now();
  for (let state: unknown; performance.now() - since < 5_000; await pass(20)) {
    state = (await dogOf(url, sn)).state;
    if (state === wanted) return performance.now() - since;
  }
  throw new Error(`${sn} did not become ${wanted}`);
}

describe("standing still", () => {
  it("G106: a gateway stopped for 4 s right after a ping kills no healthy dog", async () => {
    const url = await gateway.listening;
    for (let i = 0; i < DOGS; i++) dogs.push(new SeedDog({ url: wsUrl(url), token: TOKEN, sn: `D${i}` }).start());
    await Promise.all(dogs.map((dog) => dog.until(({ answers }) => answers.length === 2)));
    const watch = new WebSocket(`${wsUrl(url)}?token=${TOKEN}`);
    const late = await metric(url, "leash_late_ticks_total");
    // The first ping of a socket that has not logged in is a plain one: its pong waits unread for the whole stop.
    await once(watch, "ping");
    gateway.child.kill("SIGSTOP");
    await pass(STOPPED_MS);
    gateway.child.kill("SIGCONT");
    await pass(2_000);
    expect(dogs.flatMap((dog) => dog.closes)).toEqual([]);
    expect(dogs.map((dog) => dog.dials)).toEqual(dogs.map(() => 1));
    expect(await metric(url, "leash_late_ticks_total")).toBeGreaterThan(late);
    expect(await metric(url, 'leash_events_total{type="dog.silent"}')).toBe(0);
    expect(await metric(url, 'leash_size{of="sessions"}')).toBe(DOGS);
    watch.terminate();
  });

  it("G105: a stopped dog is silent and then gone within the bound; continued, it is back", async () => {
    const url = await gateway.listening;
    const child = spawn(process.execPath, [DOG_MAIN, wsUrl(url), TOKEN, "FROZEN"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    await once(child.stdout, "data");
    const neighbour = new SeedDog({ url: wsUrl(url), token: TOKEN, sn: "FINE" }).start();
    dogs.push(neighbour);
    await neighbour.until(({ answers }) => answers.length === 2);
    child.kill("SIGSTOP");
    // 900 ms without a frame, of which up to 600 ms may have passed; the rest is for a busy machine.
    expect(await untilState(url, "FROZEN", "silent")).toBeLessThan(1_900);
    expect(await untilState(url, "FROZEN", "reconnecting")).toBeLessThan(1_600);
    expect(await dogOf(url, "FROZEN")).toMatchObject({ reason_code: "network_timeout" });
    child.kill("SIGCONT");
    await untilState(url, "FROZEN", "connected");
    expect(neighbour.closes).toEqual([]);
  });
});
