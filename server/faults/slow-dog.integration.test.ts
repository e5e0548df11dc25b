import type { Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { quantile } from "#server/testing/gateway-rig.ts";
import { RawDog } from "#server/testing/raw-dog.ts";

const KIB = 1_024;
/** Above any rate: what one dog may ask for is bounded elsewhere (P11), here the answers are the load. */
const UNBOUNDED = { messagesPerSecond: 1e6, messageBurst: 1e6, maxFramesPerTick: 1e9 };

let bench: GatewayBench;
const dogs: RawDog[] = [];
const timers: NodeJS.Timeout[] = [];

const dog = async (sn: string) => {
  const raw = new RawDog(bench.port);
  dogs.push(raw);
  await raw.open();
  return raw.login(sn, TOKEN);
};
const turn = () => new Promise((resolve) => setImmediate(resolve));
const question = JSON.stringify({
  op: "galbot_request",
  service: "x".repeat(120),
  args: {},
  request_id: "y".repeat(120),
});
const heartbeat = JSON.stringify({ op: "galbot_request", service: "/api/heartbeat", args: {}, request_id: "1" });

afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const raw of dogs.splice(0)) raw.stop();
  await bench.close();
});

/** From now on it reads 1 KB a second. */
function readSlowly(raw: RawDog): void {
  raw.socket.pause();
  timers.push(setInterval(() => raw.socket.read(Math.min(KIB / 10, raw.socket.readableLength)), 100));
}

/** The gateway's end of the newest connection. */
function nextConnection(): Promise<Socket> {
  return new Promise((resolve) => bench.server.once("connection", resolve));
}

/** Heartbeats of five neighbours, one after the other, until `over`; their round trips in ms, sorted. */
async function neighbourBeats(over: () => boolean): Promise<number[]> {
  const neighbours = await Promise.all(["N0", "N1", "N2", "N3", "N4"].map(dog));
  const all: number[] = [];
  while (!over()) {
    for (const one of neighbours) {
      const heard = one.received.length;
      const since = performance.now();
      one.frame(0x1, heartbeat);
      await one.until(({ received }) => received.length > heard);
      all.push(performance.now() - since);
      await turn();
    }
  }
  expect(neighbours.map(({ closeCode }) => closeCode)).toEqual(neighbours.map(() => undefined));
  return all.sort((a, b) => a - b);
}

it("G40: a dog that reads 1 KB/s is closed 4101 at 1 MiB unread; no more is held for it, its neighbours do not wait", async () => {
  bench = await startGateway({ config: UNBOUNDED, limits: { closeTimeoutMs: 200 } });
  const connected = nextConnection();
  const slow = await dog("SLOW");
  const pipe = await connected;
  readSlowly(slow);
  let over = false;
  const ended = bench.event("dog.disconnected", "SLOW").then((event) => {
    over = true;
    return event;
  });
  const beats = neighbourBeats(() => over);
  let held = 0;
  for (let round = 0; round < 2_000 && !over; round++) {
    for (let i = 0; i < 50; i++) slow.frame(0x1, question);
    held = Math.max(held, pipe.writableLength);
    await turn();
  }
  expect(await ended).toMatchObject({ reason: "network_timeout", closeCode: 4101, initiator: "gateway" });
  expect(held).toBeGreaterThan(16 * KIB);
  // The bound, and the answers of one turn.
  expect(held).toBeLessThan(KIB * KIB + 256 * KIB);
  const sorted = await beats;
  expect(sorted.length).toBeGreaterThan(20);
  expect(quantile(sorted, 0.99)).toBeLessThan(100);
  await bench.until(() => bench.gateway.sizes().connections === 5);
});

it("G40: a dog that reads 1 KB/s of far less than that is closed 4101 after 10 s", async () => {
  bench = await startGateway({ config: UNBOUNDED, limits: { closeTimeoutMs: 200 } });
  const connected = nextConnection();
  const slow = await dog("SLOW");
  const pipe = await connected;
  readSlowly(slow);
  let over = false;
  const ended = bench.event("dog.disconnected", "SLOW").then((event) => {
    over = true;
    return event;
  });
  // Until the kernel takes no more: 64 KiB wait with us, and then nothing is added.
  while (pipe.writableLength < 64 * KIB) {
    for (let i = 0; i < 50; i++) slow.frame(0x1, question);
    await turn();
  }
  const since = performance.now();
  const beats = neighbourBeats(() => over);
  expect(await ended).toMatchObject({ reason: "network_timeout", closeCode: 4101, initiator: "gateway" });
  expect(performance.now() - since).toBeGreaterThan(9_000);
  expect(performance.now() - since).toBeLessThan(12_000);
  expect(pipe.writableLength).toBeLessThan(KIB * KIB);
  expect(quantile(await beats, 0.99)).toBeLessThan(100);
});
