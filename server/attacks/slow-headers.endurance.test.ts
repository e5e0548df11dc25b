import { connect, type Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";

const SOCKETS = 2_000;
const DOGS = 100;
const WORD_EVERY_MS = 2_000;
const CLOSED_WITHIN_MS = 10_000;
/** 20 ms alone on the reference machine; the goal is 500 ms. */
const LOGIN_P99_MS = 500;

/** What each kind of slow peer says at once; then one more header line every 2 s. */
const BEGINNINGS = [
  "",
  "G",
  "GET /ws HTTP/1.1\r\n",
  "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
];

let gateway: AttackedGateway;
const sockets: Socket[] = [];

beforeEach(async () => {
  gateway = await startAttackedGateway();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.stop();
});

/** Ms from its dial until the gateway closed it; undefined where it never did. */
function slowPeer(beginning: string): () => number | undefined {
  const from = performance.now();
  let closedMs: number | undefined;
  const socket = connect({ port: gateway.port, host: "127.0.0.1" });
  sockets.push(socket);
  socket.on("error", () => {});
  socket.on("data", () => {});
  if (beginning !== "") socket.write(beginning);
  const timer = setInterval(() => {
    if (beginning.endsWith("\r\n")) socket.write("X-Slow: 1\r\n");
  }, WORD_EVERY_MS);
  socket.on("close", () => {
    clearInterval(timer);
    closedMs = performance.now() - from;
  });
  return () => closedMs;
}

it("G16: 2,000 sockets that send their headers slowly are closed within 10 s; 100 dogs log in all the while", async ({
  annotate,
}) => {
  const before = gateway.descriptors();
  const closedMs = Array.from({ length: SOCKETS }, (_, i) => slowPeer(BEGINNINGS[i % BEGINNINGS.length] ?? ""));
  expect(await gateway.until(() => gateway.descriptors() >= before + SOCKETS, 4_000)).toBeDefined();

  const logins: Promise<number>[] = [];
  for (let i = 0; i < DOGS; i++) {
    logins.push(gateway.loginMs(`real-${i}`));
    await pass(25);
  }
  const loginMs = (await Promise.all(logins)).sort((a, b) => a - b);
  expect(gateway.descriptors()).toBeGreaterThanOrEqual(before + SOCKETS + DOGS);
  expect(loginMs[Math.ceil(DOGS * 0.99) - 1]).toBeLessThan(LOGIN_P99_MS);

  await gateway.until(() => closedMs.every((ms) => ms() !== undefined), CLOSED_WITHIN_MS + 2_000);
  const times = closedMs.map((ms) => ms() ?? Number.POSITIVE_INFINITY);
  await annotate(
    `logins p50 ${loginMs[DOGS / 2]} p99 ${loginMs[98]} ms; closed after ${Math.min(...times)} to ${Math.max(...times)} ms`,
  );
  expect(Math.max(...times)).toBeLessThanOrEqual(CLOSED_WITHIN_MS);
  expect(await gateway.until(() => gateway.descriptors() <= before + DOGS, 2_000)).toBeDefined();
  expect(await gateway.complaints()).toEqual([]);
});

it("G16: 500 requests whose body never comes are ended, and nobody waits for them", async ({ annotate }) => {
  const before = gateway.descriptors();
  const head = "POST /api/reconnection/status HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  for (let i = 0; i < 500; i++) {
    const socket = connect({ port: gateway.port, host: "127.0.0.1" });
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.write(`${head}Content-Length: 1000\r\n\r\n{`);
  }
  expect(await gateway.until(() => gateway.descriptors() >= before + 500, 3_000)).toBeDefined();
  expect(await gateway.loginMs("meanwhile")).toBeLessThan(LOGIN_P99_MS);
  // `requestTimeout` is 10 s, looked at every second.
  const goneMs = await gateway.until(() => gateway.descriptors() <= before + 1, 13_000);
  await annotate(`bodies ended after ${goneMs} ms`);
  expect(goneMs).toBeDefined();
  expect(await gateway.complaints()).toEqual([]);
});
