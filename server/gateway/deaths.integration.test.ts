import { afterEach, describe, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { watchStalls } from "#server/testing/stalls.ts";

/** The bare dogs here never close first: do not wait the usual 2 s for them. */
const QUICK = { closeTimeoutMs: 200 };

let bench: GatewayBench;
const dogs: RawDog[] = [];

const dog = async (sn: string) => {
  const raw = new RawDog(bench.port);
  dogs.push(raw);
  await raw.open();
  return raw.login(sn, TOKEN);
};

afterEach(async () => {
  for (const raw of dogs.splice(0)) raw.stop();
  await bench.close();
});

const bigMessage = `{"op":"galbot_request","service":"x","args":{"a":"${"y".repeat(70_000)}"}}`;

/** One row of the table of deaths: what the dog does, and what the journal says of it. */
const DEATHS: readonly [string, (raw: RawDog) => void, Record<string, unknown>][] = [
  [
    "FIN without a close frame",
    (raw) => raw.socket.end(),
    { reason: "abnormal_closure", closeCode: 1006, initiator: "dog" },
  ],
  [
    "FIN in the middle of a frame",
    (raw) => raw.socket.end(Buffer.from([0x81, 0xfe, 0x01])),
    { reason: "abnormal_closure", initiator: "dog" },
  ],
  [
    "RST",
    (raw) => raw.socket.resetAndDestroy(),
    { reason: "peer_reset", raw: expect.stringContaining("ECONNRESET"), initiator: "network" },
  ],
  [
    "a close frame 1000",
    (raw) => raw.closeFrame(1000),
    { reason: "normal_closure", closeCode: 1000, initiator: "dog" },
  ],
  [
    "a close frame 1001",
    (raw) => raw.closeFrame(1001),
    { reason: "normal_closure", closeCode: 1001, initiator: "dog" },
  ],
  [
    "a close frame without a code",
    (raw) => raw.closeFrame(),
    { reason: "normal_closure", closeCode: 1005, initiator: "dog" },
  ],
  ["a close frame 1011", (raw) => raw.closeFrame(1011), { reason: "server_error", closeCode: 1011, initiator: "dog" }],
  [
    "a close frame with a code of ours",
    (raw) => raw.closeFrame(4000),
    { reason: "unknown", closeCode: 4000, initiator: "dog" },
  ],
  ["a binary frame", (raw) => raw.frame(0x2, "abc"), { reason: "unknown", closeCode: 1003, initiator: "gateway" }],
  [
    "a frame over 64 KiB",
    (raw) => raw.frame(0x1, bigMessage),
    { reason: "unknown", closeCode: 1009, initiator: "gateway" },
  ],
  [
    "text that is not UTF-8",
    (raw) => raw.frame(0x1, Buffer.from([0xff, 0xfe])),
    { reason: "unknown", closeCode: 1007, initiator: "gateway" },
  ],
  ["a reserved opcode", (raw) => raw.frame(0x3, "x"), { reason: "unknown", closeCode: 1002, initiator: "gateway" }],
  [
    "an unmasked frame",
    (raw) => raw.socket.write(Buffer.from([0x81, 0x01, 0x41])),
    { reason: "unknown", closeCode: 1002, initiator: "gateway" },
  ],
];

describe("the death of a socket", () => {
  it.each(DEATHS)("G108: %s", async (_name, kill, expected) => {
    bench = await startGateway({ limits: QUICK });
    const raw = await dog("D1");
    kill(raw);
    const end = await bench.event("dog.disconnected", "D1");
    expect(end).toMatchObject({
      ...expected,
      session: bench.events[0]?.type === "dog.connected" ? bench.events[0].session : "",
    });
    if (expected.initiator === "gateway") {
      await raw.until((one) => one.closeCode !== undefined);
      expect(raw.closeCode).toBe(expected.closeCode);
    }
    await bench.until(() => bench.gateway.sizes().connections === 0);
    expect(bench.events.filter((event) => event.type === "dog.disconnected")).toHaveLength(1);
  });

  it("G108: more than 64 fragments are refused with 1008", async () => {
    bench = await startGateway({ limits: QUICK });
    const raw = await dog("D1");
    raw.frame(0x1, "a", false);
    for (let i = 0; i < 70; i++) raw.frame(0x0, "a", false);
    expect(await bench.event("dog.disconnected", "D1")).toMatchObject({ closeCode: 1008 });
    await raw.until((one) => one.closeCode === 1008);
  });

  it("P13: a message in a few fragments, a byte at a time, is one message", async () => {
    bench = await startGateway({ limits: QUICK });
    const raw = new RawDog(bench.port);
    dogs.push(raw);
    await raw.open();
    const text = JSON.stringify({
      op: "galbot_request",
      service: "/api/user/login",
      args: { app_id: "a", token: TOKEN, sn: "D1", timestamp: 1 },
    });
    raw.frame(0x1, text.slice(0, 40), false);
    raw.frame(0x9, "in between");
    raw.frame(0x0, text.slice(40));
    await bench.event("dog.connected", "D1");
    expect(bench.gateway.isConnected("D1")).toBe(true);
  });

  it("G108: the operator's close is 4000 and decided before the socket is gone", async () => {
    bench = await startGateway({ limits: QUICK });
    const raw = await dog("D1");
    bench.gateway.closeForced("D1");
    expect(bench.events.at(-1)).toMatchObject({
      type: "dog.disconnected",
      reason: "forced_reconnect",
      initiator: "operator",
      closeCode: 4000,
    });
    await raw.until((one) => one.closeCode === 4000);
    await raw.until((one) => one.ended);
    await bench.until(() => bench.gateway.sizes().connections === 0);
    expect(bench.events).toHaveLength(2);
  });

  it("G105: a half-open dog is found in bound, its healthy neighbours are not touched", async () => {
    bench = await startGateway({
      config: { pingEveryMs: 150, silentAfterMs: 225, readTimeoutMs: 450, tickMs: 25 },
      limits: QUICK,
    });
    const halfOpen = await dog("HALF");
    halfOpen.socket.pause();
    const neighbour = await dog("FINE");
    const pongs = setInterval(() => neighbour.frame(0xa), 50);
    const stalls = watchStalls();
    const silent = await bench.event("dog.silent", "HALF");
    const end = await bench.event("dog.disconnected", "HALF");
    clearInterval(pongs);
    stalls.stop();
    expect(end).toMatchObject({ reason: "network_timeout", closeCode: 4100, initiator: "gateway" });
    // By its own clock from the last frame on; what this process stood still is counted against nobody.
    expect(silent.at - silent.lastHeardAt).toBeLessThan(600 + stalls.lostMs());
    expect(end.at - end.lastHeardAt).toBeGreaterThan(425);
    expect(end.at - end.lastHeardAt).toBeLessThan(1_000 + stalls.lostMs());
    expect(bench.events.some((event) => event.type === "dog.disconnected" && event.sn === "FINE")).toBe(false);
    await bench.until(() => bench.gateway.sizes().connections === 1);
  });

  it("G104: an upgrade that then says nothing is closed 4202 and freed", async () => {
    bench = await startGateway({ config: { loginTimeoutMs: 100, tickMs: 20 }, limits: QUICK });
    const raw = new RawDog(bench.port);
    dogs.push(raw);
    await raw.open();
    await raw.until((one) => one.closeCode === 4202);
    await raw.until((one) => one.ended);
    await bench.until(() => bench.gateway.sizes().connections === 0);
    expect(bench.events).toEqual([]);
  });

  it("G108: a peer that ignores our close frame is terminated within the close timeout", async () => {
    bench = await startGateway({ config: { loginTimeoutMs: 50, tickMs: 20 }, limits: { closeTimeoutMs: 200 } });
    const raw = new RawDog(bench.port);
    dogs.push(raw);
    await raw.open();
    raw.socket.pause();
    const since = performance.now();
    await bench.until(() => bench.gateway.sizes().connections === 0 && bench.counts.get("closed:4202") === 1);
    expect(performance.now() - since).toBeLessThan(1_500);
  });

  it("P13: compression is offered in vain", async () => {
    bench = await startGateway({ limits: QUICK });
    const raw = new RawDog(bench.port);
    dogs.push(raw);
    await raw.open("/ws", { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" });
    expect(raw.text).toContain("101 Switching Protocols");
    expect(raw.text.toLowerCase()).not.toContain("sec-websocket-extensions");
  });

  it("P13: a flood of pings whose pongs go unread ends that socket, not the gateway", async () => {
    bench = await startGateway({ limits: QUICK });
    const raw = await dog("D1");
    raw.socket.pause();
    const flood = Buffer.concat(
      Array.from({ length: 20_000 }, () => Buffer.from([0x89, 0xfd, 1, 2, 3, 4, ...new Array(125).fill(0x61)])),
    );
    for (let i = 0; i < 10 && !raw.socket.destroyed; i++) raw.socket.write(flood);
    await bench.event("dog.disconnected", "D1");
    const other = await dog("D2");
    expect(other.text).toContain('"code":0');
  });
});
