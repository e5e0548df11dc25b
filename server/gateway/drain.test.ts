import { describe, expect, it } from "vitest";
import { GatewayDesk, type MemoryDog } from "#server/testing/gateway-desk.ts";

describe("drain", () => {
  it("G117: every upgrade is refused from the first moment, every dog reads 1012, spread over the window", async () => {
    const desk = new GatewayDesk({ config: { handshakeBurst: 5_000, handshakesPerSecond: 5_000 } });
    const dogs: MemoryDog[] = [];
    for (let i = 0; i < 2_000; i++) dogs.push(desk.dial().login(`D${i}`));
    await desk.settle();
    const done = desk.gateway.drain();
    expect(desk.gateway.isReady()).toBe(false);
    expect(desk.tryDial({ token: "good" })).toMatchObject({ status: 503, message: "draining" });
    const closed = () => dogs.filter((dog) => dog.closes.length > 0).length;
    const perSecond: number[] = [];
    for (let second = 0; second < 20; second++) {
      const before = closed();
      desk.clock.advance(1_000);
      for (const dog of dogs) if (dog.closes.length > 0) dog.die();
      perSecond.push(closed() - before);
    }
    desk.clock.advance(100);
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(105);
    expect(dogs.every((dog) => dog.closes.length === 1 && dog.closes[0] === 1012)).toBe(true);
    for (const dog of dogs) dog.die();
    desk.clock.advance(100);
    await done;
    const ends = desk.events.filter((event) => event.type === "dog.disconnected");
    expect(ends).toHaveLength(2_000);
    expect(ends[0]).toMatchObject({ reason: "server_error", closeCode: 1012, initiator: "gateway" });
  });

  it("G117: a login during the drain is answered 503 and no session begins", async () => {
    const desk = new GatewayDesk();
    const dogs = Array.from({ length: 50 }, () => desk.dial());
    void desk.gateway.drain();
    const last = dogs.at(-1) as MemoryDog;
    last.login("D1");
    await desk.settle();
    expect([last.codes, desk.types()]).toEqual([[503], []]);
    desk.clock.advance(2_000);
    expect(last.closes).toEqual([1012]);
  });

  it("G117: what does not answer is terminated 5 s after the window, and the drain ends", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    const done = desk.gateway.drain();
    desk.clock.advance(4_000);
    expect(dog.terminated).toBe(false);
    desk.clock.advance(1_100);
    await done;
    expect([dog.closes, dog.terminated]).toEqual([[1012], true]);
    expect(desk.gateway.sizes().connections).toBe(0);
  });

  it("G117: with nobody on the line it ends at once; twice is once", async () => {
    const desk = new GatewayDesk();
    await Promise.all([desk.gateway.drain(), desk.gateway.drain()]);
    expect(desk.gateway.isReady()).toBe(false);
  });
});
