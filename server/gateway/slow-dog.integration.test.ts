import { afterEach, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { RawDog } from "#server/testing/raw-dog.ts";

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

it("G116: a dog that asks and never reads is closed 4101; its neighbour is answered meanwhile", async () => {
  bench = await startGateway({
    config: { messagesPerSecond: 1e6, messageBurst: 1e6, maxFramesPerTick: 1e9, maxBufferedBytes: 256 * 1024 },
    limits: { closeTimeoutMs: 200 },
  });
  const slow = await dog("SLOW");
  const neighbour = await dog("FINE");
  slow.socket.pause();
  const question = JSON.stringify({
    op: "galbot_request",
    service: "x".repeat(120),
    args: {},
    request_id: "y".repeat(120),
  });
  const ended = bench.event("dog.disconnected", "SLOW");
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (let round = 0; round < 400 && !over; round++) {
    for (let i = 0; i < 200; i++) slow.frame(0x1, question);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await ended).toMatchObject({ reason: "network_timeout", closeCode: 4101, initiator: "gateway" });
  const heard = neighbour.received.length;
  neighbour.frame(0x1, JSON.stringify({ op: "galbot_request", service: "/api/heartbeat", args: {}, request_id: "1" }));
  await neighbour.until((one) => one.received.length > heard);
  expect(bench.gateway.isConnected("FINE")).toBe(true);
  await bench.until(() => bench.gateway.sizes().connections === 1);
});
