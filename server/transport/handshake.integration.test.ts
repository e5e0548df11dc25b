import { once } from "node:events";
import { readdirSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { encodeFrame, RawDog } from "#server/testing/raw-dog.ts";

let bench: GatewayBench;
const dogs: RawDog[] = [];
const raw = () => {
  const dog = new RawDog(bench.port);
  dogs.push(dog);
  return dog;
};
const descriptors = () => readdirSync("/proc/self/fd").length;

afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  await bench.close();
});

const REFUSALS: readonly [string, string, Record<string, string>, number][] = [
  ["another path", "/elsewhere", {}, 404],
  ["a path that only begins like ours", "/ws/../ws", {}, 404],
  ["a browser", "/ws", { Origin: "http://evil.example" }, 403],
  ["a browser that hides where it is from", "/ws", { Origin: "null" }, 403],
  ["a wrong token in the URL", "/ws?token=wrong", {}, 401],
  ["a wrong Bearer token", "/ws", { Authorization: "Bearer wrong" }, 401],
  ["a broken key", "/ws", { "Sec-WebSocket-Key": "x" }, 400],
  ["an old version", "/ws", { "Sec-WebSocket-Version": "7" }, 400],
];

describe("the handshake", () => {
  it.each(REFUSALS)("G101: refuses %s in plain HTTP and lets the socket go", async (_name, path, headers, status) => {
    bench = await startGateway();
    const dog = await raw()
      .upgrade(path, headers)
      .until((one) => one.ended);
    expect(dog.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(dog.text.toLowerCase()).toContain("connection: close");
    expect(dog.text).not.toContain("wrong");
    expect(bench.gateway.sizes().connections).toBe(0);
  });

  it("G101: 1,000 refused upgrades leave no descriptor behind", async () => {
    bench = await startGateway();
    await raw()
      .upgrade("/ws?token=wrong")
      .until((one) => one.ended);
    for (const dog of dogs.splice(0)) dog.stop();
    const before = descriptors();
    for (let round = 0; round < 20; round++) {
      const batch = Array.from({ length: 50 }, (_, i) => raw().upgrade(i % 2 ? "/nowhere" : "/ws?token=wrong"));
      await Promise.all(batch.map((dog) => dog.until((one) => one.ended)));
      for (const dog of dogs.splice(0)) dog.stop();
    }
    await bench.until(() => descriptors() <= before + 2);
    expect(descriptors()).toBeLessThanOrEqual(before + 2);
  });

  it("G101: an allow-listed origin, a right token in the URL and a right Bearer token are let in", async () => {
    bench = await startGateway({ allowedOrigins: ["https://tools.example"] });
    const ways = [
      raw().open("/ws", { Origin: "https://tools.example" }),
      raw().open(`/ws?token=${TOKEN}`),
      raw().open("/ws", { Authorization: `Bearer ${TOKEN}` }),
    ];
    for (const dog of await Promise.all(ways)) expect(dog.text).toMatch(/^HTTP\/1.1 101 /);
  });

  it("G102: over the rate 503 with Retry-After", async () => {
    bench = await startGateway({ config: { handshakesPerSecond: 10, handshakeBurst: 10, handshakeWaitMs: 0 } });
    const since = performance.now();
    const batch = await Promise.all(Array.from({ length: 30 }, () => raw().open(`/ws?token=${TOKEN}`)));
    const earned = Math.ceil((performance.now() - since) / 100);
    const refused = batch.filter((dog) => dog.text.startsWith("HTTP/1.1 503 "));
    expect(batch.length - refused.length).toBeGreaterThanOrEqual(10);
    expect(batch.length - refused.length).toBeLessThanOrEqual(10 + earned);
    expect(refused.length).toBeGreaterThan(0);
    for (const dog of refused) expect(dog.text).toMatch(/Retry-After: [1-9]\d?\r\n/);
  });

  it("G102: who leaves while it waits for its turn is never a socket; who stays is let in", async () => {
    // A second between two turns: who leaves has left before its own.
    bench = await startGateway({ config: { handshakesPerSecond: 1, handshakeBurst: 1 } });
    await raw().open(`/ws?token=${TOKEN}`);
    const leaves = raw().upgrade(`/ws?token=${TOKEN}`);
    const stays = raw().upgrade(`/ws?token=${TOKEN}`);
    await bench.until(() => bench?.counts.get("handshake_waited") === 2);
    leaves.socket.resetAndDestroy();
    await stays.until((dog) => dog.text.includes("\r\n\r\n") || dog.closed);
    expect(stays.text).toMatch(/^HTTP\/1\.1 101 /);
    expect([bench.counts.get("socket_opened"), bench.gateway.sizes().connections]).toEqual([2, 2]);
  });

  it("P13: what comes behind a frame that ends the socket is read no further than 256 KiB", async () => {
    bench = await startGateway({ limits: { closeTimeoutMs: 500 } });
    const connected = once(bench.server, "connection");
    const dog = await raw().open(`/ws?token=${TOKEN}`);
    const [pipe] = await connected;
    const text = encodeFrame(0x1, Buffer.alloc(60_000, "x"));
    dog.frame(0x2, "no text");
    for (let i = 0; i < 100; i++) dog.socket.write(text);
    await dog.until((one) => one.ended || one.closed);
    expect(dog.closeCode).toBe(1003);
    // The bound, and three reads of 64 KiB: the one of the frame, the one that reaches it, the one that waits.
    expect(pipe.bytesRead).toBeLessThan((256 + 3 * 64) * 1024);
  });

  it("P13: 2,000 broken frames of every kind crash nothing and close with the protocol's codes only", async () => {
    // Admission is another rule: here every socket gets in, however fast the machine.
    bench = await startGateway({ config: { handshakeBurst: 3_000 }, limits: { closeTimeoutMs: 100 } });
    let state = 7;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    const codes = new Set<number | undefined>();
    for (let round = 0; round < 40; round++) {
      const batch = await Promise.all(Array.from({ length: 50 }, () => raw().open(`/ws?token=${TOKEN}`)));
      for (const dog of batch) {
        expect(dog.text).toMatch(/^HTTP\/1\.1 101 /);
        const junk = Buffer.from(Array.from({ length: 2 + random(40) }, () => random(256)));
        const frame = random(2) ? junk : encodeFrame(random(16), junk, random(2) === 1);
        dog.socket.write(frame);
        dog.socket.end();
      }
      await Promise.all(batch.map((dog) => dog.until((one) => one.ended || one.closed)));
      for (const dog of batch) codes.add(dog.closeCode);
      for (const dog of dogs.splice(0)) dog.stop();
    }
    const allowed = [undefined, 1000, 1002, 1003, 1005, 1007, 1008, 1009];
    expect([...codes].filter((code) => !allowed.includes(code) && !(code !== undefined && code >= 3000))).toEqual([]);
    await bench.until(() => bench.gateway.sizes().connections === 0);
    const dog = await raw().open();
    await dog.login("D1", TOKEN);
    expect(bench.gateway.isConnected("D1")).toBe(true);
  });
});
