import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayRig, heartbeatMs, heartbeatsUntil, quantile, until } from "#server/testing/gateway-rig.ts";
import type { SeedDog } from "#server/testing/seed-dog.ts";
import { serials } from "#server/testing/seed-fleet-process.ts";

const LIMIT = 512;
/** 512 less the process's own files (128) and the API's share (64). */
const DOG_SOCKETS = 320;
const CLIENTS = 1_000;
const LOAD_MS = 5_000;

let rig: GatewayRig;
let agent: Agent;
beforeEach(async () => {
  rig = await GatewayRig.create();
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  rig.defer(() => agent.destroy());
});
afterEach(() => rig.close());

/** A call over the one connection that was open before the load came. */
async function call(path: string, method = "GET"): Promise<{ status: number; body: string }> {
  const asked = request(new URL(path, rig.url), {
    agent,
    method,
    headers: { authorization: rig.authorization, "content-type": "application/json" },
  });
  asked.end(method === "POST" ? "{}" : undefined);
  const [answer] = await once(asked, "response");
  return { status: answer.statusCode, body: await text(answer) };
}

/** Existing dogs are answered, the API reads and writes, for as long as the load lasts. */
async function holdsOut(dogs: readonly SeedDog[]): Promise<void> {
  let over = false;
  const beats = heartbeatsUntil(dogs, () => over);
  const writes: Awaited<ReturnType<typeof call>>[] = [];
  for (const since = performance.now(); performance.now() - since < LOAD_MS; await pass(200)) {
    expect((await call("/api/fleet/summary")).status).toBe(200);
    // A 2xx of a mutating call is sent after its commit; one that a busy machine keeps waiting is refused as such.
    writes.push(await call("/api/reconnection/cleanup", "POST"));
  }
  const refused = writes.filter(({ status }) => status !== 200);
  expect(refused.filter(({ body }) => !body.includes('"journal_unavailable"'))).toEqual([]);
  expect(refused.length).toBeLessThan(writes.length / 2);
  over = true;
  expect(quantile(await beats, 0.99)).toBeLessThan(500);
  expect(dogs.flatMap(({ closes }) => closes)).toEqual([]);
  expect(await metric("process_open_fds")).toBeLessThan(LIMIT);
}

/** As the rig's, but over the same connection: while the gateway is full a new one may be turned away. */
async function metric(name: string): Promise<number> {
  const line = (await call("/metrics")).body.split("\n").find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length));
}

async function start(): Promise<SeedDog[]> {
  await rig.start({}, ["prlimit", `--nofile=${LIMIT}:${LIMIT}`]);
  expect(rig.gateway?.stdout()).toContain(`this process may have ${LIMIT}`);
  expect(await rig.metric('leash_size{of="socket_limit"}')).toBe(DOG_SOCKETS);
  expect((await call("/healthz")).status).toBe(200);
  return rig.fleet("OLD", 20);
}

it("G38: 512 descriptors, 1,000 dogs: those inside stay, the others get 503, nothing runs out, and it mends at once", async () => {
  const dogs = await start();
  const load = rig.fleetProcess({ sns: serials("NEW", CLIENTS), maxDelayMs: 1_000 });
  await until("full", 30_000, async () => (await metric('leash_size{of="connections"}')) >= DOG_SOCKETS);
  await holdsOut(dogs);
  expect(await metric('leash_size{of="connections"}')).toBe(DOG_SOCKETS);
  expect(await metric('leash_handshakes_refused_total{status="503"}')).toBeGreaterThan(CLIENTS - DOG_SOCKETS);
  const { open, refusals } = await load.report();
  expect(open).toBe(DOG_SOCKETS - dogs.length);
  expect(Object.keys(refusals)).toEqual(["503"]);
  await load.stop();
  await mends();
});

it("G38: 512 descriptors, 1,000 connections that say nothing: no accept fails, and it mends at once", async () => {
  const dogs = await start();
  const silent: Socket[] = [];
  rig.defer(() => silent.map((socket) => socket.destroy()));
  // Those the gateway gives up on come again, so that it is full all the while.
  const knock = (i: number) => {
    const socket = connect({ port: Number(new URL(rig.url).port), host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("close", () => setTimeout(() => silent[i] === socket && knock(i), 100));
    silent[i] = socket;
  };
  for (let i = 0; i < CLIENTS; i++) knock(i);
  await holdsOut(dogs);
  for (const socket of silent.splice(0)) socket.destroy();
  await mends();
});

/** A dog that was never here gets in, and so does a new connection to the API. */
async function mends(): Promise<void> {
  const leftAt = performance.now();
  await until("room", 2_000, async () => (await fetch(`${rig.url}/healthz`).catch(() => undefined))?.status === 200);
  const dog = rig.seed("LATE", { baseDelayMs: 50, maxDelayMs: 50 });
  await dog.until(({ answers }) => answers.length >= 2);
  await heartbeatMs(dog);
  expect(performance.now() - leftAt).toBeLessThan(2_000);
  expect(`${rig.gateway?.stdout()}${rig.gateway?.stderr()}`).not.toMatch(/EMFILE|ENFILE|"level":"(error|fatal)"/);
  expect(await rig.stop()).toBe(0);
}
