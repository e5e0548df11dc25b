import { afterEach, describe, expect, it } from "vitest";
import { type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";

let bench: GatewayBench;
const dogs: SeedDog[] = [];
const seed = (sn: string, token = TOKEN) => {
  const dog = new SeedDog({ url: bench.url, token, sn });
  dogs.push(dog);
  return dog.start();
};

afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  await bench.close();
});

describe("a seed dog on the line", () => {
  it("P8: logs in twice on its first connection; both are answered, neither is closed", async () => {
    bench = await startGateway();
    const dog = seed("D1");
    await dog.until((d) => d.answers.length === 2);
    expect(dog.answers.map((a) => [a.service, a.code, a.request_id])).toEqual([
      ["/api/user/login", 0, "login_1"],
      ["/api/user/login", 0, "login_2"],
    ]);
    expect(bench.events.map((e) => e.type)).toEqual(["dog.connected"]);
    expect(dog.isOpen).toBe(true);
  });

  it("P6: a heartbeat is answered", async () => {
    bench = await startGateway();
    const dog = seed("D1");
    await dog.until((d) => d.answers.length === 2);
    dog.heartbeat();
    await dog.until((d) => d.answers.length === 3);
    expect(dog.answers[2]).toMatchObject({ service: "/api/heartbeat", code: 0, request_id: "heartbeat_3" });
  });

  it("G107: drops and is back by itself: disconnected once, connected again with a new session", async () => {
    bench = await startGateway();
    const dog = seed("D1");
    await dog.until((d) => d.answers.length === 2);
    dog.drop();
    await bench.event("dog.disconnected", "D1");
    await dog.until((d) => d.answers.length === 3);
    expect(bench.events.map((e) => e.type)).toEqual(["dog.connected", "dog.disconnected", "dog.connected"]);
    expect(bench.events[1]).toMatchObject({ reason: "abnormal_closure", initiator: "dog", closeCode: 1006 });
  });

  it("G115: forced: closed 4000, dials at once, is back", async () => {
    bench = await startGateway();
    const dog = seed("D1");
    await dog.until((d) => d.answers.length === 2);
    expect(bench.gateway.closeForced("D1")).toBe(true);
    await dog.until((d) => d.answers.length === 3);
    expect(dog.closes).toEqual([4000]);
    expect(bench.events.at(1)).toMatchObject({ reason: "forced_reconnect", initiator: "operator", closeCode: 4000 });
    expect(bench.events.map((e) => e.type)).toEqual(["dog.connected", "dog.disconnected", "dog.connected"]);
  });
});

describe("a Leash dog on the line", () => {
  it("G109: with a second socket of the same sn the older is closed 4500 and the newer stays", async () => {
    bench = await startGateway({ limits: { closeTimeoutMs: 200 } });
    const [old, young] = [new RawDog(bench.port), new RawDog(bench.port)];
    for (const dog of [old, young]) await (await dog.open()).login("D1", TOKEN, { client: "leash-dog/1.0" });
    await old.until((dog) => dog.closeCode === 4500);
    await bench.until(() => bench.gateway.sizes().connections === 1);
    expect([young.closeCode, bench.gateway.liveSockets("D1"), bench.upgrades()]).toEqual([undefined, 1, 2]);
    expect(bench.events.map((event) => event.type)).toEqual(["dog.connected", "dog.disconnected", "dog.connected"]);
    for (const dog of [old, young]) dog.stop();
  });
});
