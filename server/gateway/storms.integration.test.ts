import { afterEach, describe, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";

const SECONDS = 3;
let bench: GatewayBench;
const dogs: SeedDog[] = [];

const seed = (sn: string, token = TOKEN, more: Partial<SeedDog["options"]> = {}) => {
  const dog = new SeedDog({ url: bench.url, token, sn, ...more });
  dogs.push(dog);
  return dog.start();
};
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  await bench.close();
});

describe("seed dogs that could dial for ever", () => {
  it("G101: a wrong URL-safe token is refused at the handshake, where the seed backs off", async () => {
    bench = await startGateway();
    const dog = seed("D1", "wrong", { baseDelayMs: 200 });
    await pass(1_000);
    await dog.until(({ refusals }) => refusals.length >= 2);
    expect(new Set(dog.refusals)).toEqual(new Set([401]));
    expect(dog.dials).toBeLessThanOrEqual(3);
    expect(bench.events).toEqual([]);
  });

  it("G110: a wrong token that only the login reveals makes one dial per penalty, not 1,500 a second", async () => {
    bench = await startGateway({ token: "a token & more" });
    const dog = seed("D1", "wrong");
    const since = performance.now();
    await pass(SECONDS * 1_000);
    await dog.until(({ answers }) => answers.length >= 2);
    expect(bench.upgrades()).toBeLessThanOrEqual(Math.ceil((performance.now() - since) / 1_000) + 1);
    expect(dog.answers.map((answer) => answer.code)).toContain(401);
    expect(new Set(dog.closes)).toEqual(new Set(dog.closes.length > 0 ? [4201] : []));
  });

  it("P9: a token the URL mangles still logs in", async () => {
    bench = await startGateway({ token: "a+b&c=d%20e" });
    await seed("D1", "a+b&c=d%20e").until((dog) => dog.answers.length === 2);
    expect(bench.gateway.isConnected("D1")).toBe(true);
  });

  it("G109: two, then four dogs with one sn do not fight", async () => {
    bench = await startGateway();
    for (let i = 0; i < 2; i++) await seed("TWIN").until((dog) => dog.answers.length === 2);
    await pass(1_000);
    expect([bench.upgrades(), bench.gateway.liveSockets("TWIN"), dogs.flatMap((dog) => dog.closes)]).toEqual([
      2,
      2,
      [],
    ]);
    for (let i = 0; i < 2; i++) seed("TWIN");
    await pass(SECONDS * 1_000);
    expect(bench.upgrades()).toBeLessThanOrEqual(4 + SECONDS);
    expect(bench.gateway.liveSockets("TWIN")).toBe(3);
    expect(bench.gateway.sizes().sessions).toBe(1);
  });

  it("G111: a dog whose firmware breaks the protocol after every login is let in ever later", async () => {
    bench = await startGateway();
    const dog = seed("BROKEN");
    let answered = 0;
    const breaking = dog.until((d) => {
      if (d.isOpen && d.answers.length > answered) {
        answered = d.answers.length;
        for (let i = 0; i < 3; i++) d.say("{");
      }
      return false;
    });
    void breaking;
    await pass(SECONDS * 1_000);
    expect(bench.upgrades()).toBeLessThanOrEqual(10 + 2 * SECONDS);
    expect(dog.closes).toContain(4103);
  });

  it("G103: a fleet with wrong tokens over the bound of idle sockets stays a trickle", async () => {
    bench = await startGateway({ token: "a token & more", config: { maxIdleSockets: 20 } });
    for (let i = 0; i < 22; i++) seed(`D${i}`, "wrong");
    await pass(SECONDS * 1_000);
    expect(bench.upgrades()).toBeLessThan(22 * 5);
    expect(bench.gateway.sizes().connections).toBeLessThanOrEqual(20);
  });

  it("G117: SIGTERM's drain: every dog reads 1012 and none is let back in", async () => {
    bench = await startGateway({ config: { drainWindowMs: 1_000, drainGraceMs: 1_000 } });
    const fleet = Array.from({ length: 50 }, (_, i) => seed(`D${i}`, TOKEN, { baseDelayMs: 100 }));
    await Promise.all(fleet.map((dog) => dog.until((d) => d.answers.length === 2)));
    const connects = bench.events.length;
    await bench.gateway.drain();
    await Promise.all(fleet.map((dog) => dog.until((d) => d.closes.length > 0)));
    expect(fleet.map((dog) => dog.closes)).toEqual(fleet.map(() => [1012]));
    await Promise.all(fleet.map((dog) => dog.until((d) => d.refusals.length >= 2)));
    expect(new Set(fleet.flatMap((dog) => dog.refusals))).toEqual(new Set([503]));
    expect(bench.events.slice(connects).every((event) => event.type !== "dog.connected")).toBe(true);
    expect(bench.gateway.sizes()).toMatchObject({ connections: 0, sessions: 0 });
  });
});
