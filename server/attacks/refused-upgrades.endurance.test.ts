import { afterEach, beforeEach, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { RawDog } from "#server/testing/raw-dog.ts";

const ROUNDS = 10;
const A_ROUND = 1_000;
const FREED_WITHIN_MS = 2_000;

/** What is wrong with an upgrade, and the status it gets. */
const REFUSALS: readonly [number, (dog: RawDog) => void][] = [
  [404, (dog) => dog.upgrade("/elsewhere")],
  [404, (dog) => dog.upgrade("/healthz")],
  [403, (dog) => dog.upgrade("/ws", { Origin: "http://evil.example" })],
  [403, (dog) => dog.upgrade("/ws", { Origin: "null" })],
  [401, (dog) => dog.upgrade("/ws?token=wrong")],
  [401, (dog) => dog.upgrade("/ws", { Authorization: "Bearer wrong" })],
  [405, (dog) => method(dog, "POST")],
  [405, (dog) => method(dog, "PUT")],
  [400, (dog) => dog.upgrade("/ws", { "Sec-WebSocket-Key": "x" })],
  [400, (dog) => dog.upgrade("/ws", { "Sec-WebSocket-Version": "7" })],
  [400, (dog) => dog.upgrade("/ws", { Upgrade: "h2c" })],
];

let gateway: AttackedGateway;
let dogs: RawDog[] = [];

beforeEach(async () => {
  gateway = await startAttackedGateway();
});
afterEach(async () => {
  letGo();
  await gateway.stop();
});

function method(dog: RawDog, name: string): void {
  const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  dog.socket.write(
    `${name} /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
  );
}

/** Peers that send nothing more and never close their end: a descriptor is free only where the gateway destroys it. */
async function dial(
  count: number,
  ask: (dog: RawDog, index: number) => void,
  to = gateway,
): Promise<readonly number[]> {
  const batch = Array.from({ length: count }, (_, i) => new RawDog(to.port, `127.0.0.${2 + (i % 8)}`));
  dogs.push(...batch);
  batch.forEach(ask);
  await Promise.all(batch.map((dog) => dog.until((one) => one.text.includes("\r\n\r\n") || one.closed)));
  return batch.map((dog) => Number(/^HTTP\/1.1 (\d+) /.exec(dog.text)?.[1]));
}

function letGo(): void {
  for (const dog of dogs) dog.stop();
  dogs = [];
}

it("G18: 10,000 upgrades refused for what they ask leave no descriptor, though no peer ever closes", async ({
  annotate,
}) => {
  const before = gateway.descriptors();
  const seen = new Set<number>();
  let slowestMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let part = 0; part < A_ROUND; part += 200) {
      const at = (index: number) => REFUSALS[(part + index) % REFUSALS.length];
      const statuses = await dial(200, (dog, index) => at(index)?.[1](dog));
      for (const [index, status] of statuses.entries()) {
        const expected = at(index)?.[0] ?? 0;
        // Malformed ones pass admission first, and are told so where they come too fast.
        expect(expected === 400 || expected === 405 ? [expected, 503] : [expected]).toContain(status);
        seen.add(status);
      }
    }
    const freedMs = await gateway.until(() => gateway.descriptors() <= before, FREED_WITHIN_MS);
    expect(freedMs, `round ${round}: ${gateway.descriptors()} descriptors, ${before} before`).toBeDefined();
    slowestMs = Math.max(slowestMs, freedMs ?? 0);
    letGo();
  }
  await annotate(`descriptors back within ${slowestMs} ms`);
  expect([400, 401, 403, 404, 405].filter((status) => !seen.has(status))).toEqual([]);
  expect(await gateway.metric('leash_size{of="connections"}')).toBeLessThanOrEqual(1);
  expect(await gateway.complaints()).toEqual([]);
});

it("G18: 4,000 upgrades refused by a gateway that is full get 503 with Retry-After and leave no descriptor", async () => {
  // However fast the machine is, one dog is all this gateway takes.
  const full = await startAttackedGateway({ MAX_DOGS: "1" });
  try {
    const before = full.descriptors();
    for (let round = 0; round < 8; round++) {
      const statuses = await dial(
        500,
        (dog, index) => dog.upgrade(index % 2 ? "/ws" : `/ws?token=${full.token}`),
        full,
      );
      expect(new Set(statuses)).toEqual(new Set([503]));
      for (const dog of dogs) expect(dog.text).toMatch(/\r\nRetry-After: ([1-9]|[12]\d|30)\r\n/);
      expect(await full.until(() => full.descriptors() <= before, FREED_WITHIN_MS)).toBeDefined();
      letGo();
    }
    full.letDogsGo();
    await full.until(async () => (await full.metric('leash_size{of="sessions"}')) === 0, FREED_WITHIN_MS);
    expect(await full.complaints()).toEqual([]);
  } finally {
    await full.stop();
  }
});
