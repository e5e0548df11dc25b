import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import type { MemoryDog } from "#server/testing/gateway-desk.ts";
import { GatewayDesk } from "#server/testing/gateway-desk.ts";

/** A clock whose process can stand still: monotonic and wall time go on, no task runs. */
class FreezableClock extends FakeClock {
  #skipped = 0;

  override monotonic(): number {
    return super.monotonic() + this.#skipped;
  }

  override now(): number {
    return super.now() + this.#skipped;
  }

  freeze(ms: number): void {
    this.#skipped += ms;
  }
}

const mute = (dog: MemoryDog): MemoryDog => {
  dog.answersPings = false;
  return dog;
};

describe("liveness", () => {
  it("P15: every socket is pinged right after its login and then each 30 s, its round trips kept", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    expect([dog.pings, desk.gateway.rttOf("D1")]).toEqual([1, [{ at: desk.clock.now(), ms: 0 }]]);
    desk.clock.advance(301_000);
    expect([dog.pings, dog.closes]).toEqual([11, []]);
    mute(dog);
    desk.clock.advance(15_000);
    expect(dog.pings).toBe(12);
    desk.clock.advance(40);
    dog.pong();
    expect(desk.gateway.rttOf("D1")).toHaveLength(12);
    expect(desk.gateway.rttOf("D1").at(-1)?.ms).toBeGreaterThanOrEqual(40);
    expect(desk.gateway.rttOf("D2")).toEqual([]);
  });

  it("P15: a pong that comes after the next ping tells how long the first was under way", async () => {
    const desk = new GatewayDesk();
    const dog = mute(await desk.enter("D1"));
    desk.clock.advance(20_000);
    const before = dog.pings;
    desk.clock.advance(30_000);
    expect(dog.pings).toBe(before + 1);
    dog.pong();
    dog.pong();
    expect(desk.gateway.rttOf("D1").map(({ ms }) => ms)).toHaveLength(2);
    expect(desk.gateway.rttOf("D1").at(-1)?.ms).toBeGreaterThan(30_000);
  });

  it("P15: two logins on one socket are one first ping; a refused one is none", async () => {
    const desk = new GatewayDesk();
    const dog = desk.dial();
    mute(dog).login("D1").login("D1");
    const refused = desk.dial().login("D2", { token: "bad" });
    await desk.settle();
    expect([dog.codes, dog.pings, refused.pings]).toEqual([[0, 0], 1, 0]);
  });

  it("G105: without a frame silent after 45 s, closed 4100 after 75 s, each within a second", async () => {
    const desk = new GatewayDesk();
    const dog = mute(await desk.enter("D1"));
    const heardAt = desk.clock.now();
    desk.clock.advance(44_999);
    expect(desk.types()).toEqual(["dog.connected"]);
    desk.clock.advance(1_001);
    expect(desk.events.at(-1)).toMatchObject({ type: "dog.silent", sn: "D1", session: "E.1", lastHeardAt: heardAt });
    desk.clock.advance(28_999);
    expect(dog.closes).toEqual([]);
    desk.clock.advance(1_001);
    expect(dog.closes).toEqual([4100]);
    expect(desk.events.at(-1)).toMatchObject({
      type: "dog.disconnected",
      reason: "network_timeout",
      closeCode: 4100,
      lastHeardAt: heardAt,
    });
  });

  it("G105: any frame ends the silence: one dog.silent, one dog.heard", async () => {
    const desk = new GatewayDesk();
    const dog = mute(await desk.enter("D1"));
    desk.clock.advance(60_000);
    dog.pong();
    desk.clock.advance(30_000);
    dog.request("/api/heartbeat");
    desk.clock.advance(40_000);
    expect(desk.types()).toEqual(["dog.connected", "dog.silent", "dog.heard"]);
    expect(dog.closes).toEqual([]);
  });

  it("G105: wall time that jumps changes nothing", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    desk.clock.jumpWall(-3_600_000);
    desk.clock.advance(20_000);
    desk.clock.jumpWall(315_360_000_000);
    desk.clock.advance(20_000);
    expect([desk.types(), dog.closes]).toEqual([["dog.connected"], []]);
  });

  it.each([4_000, 20_000, 100_000])(
    "G106: a gateway that stood still for %i ms just after a ping kills no healthy dog",
    async (frozenMs) => {
      const clock = new FreezableClock();
      const desk = new GatewayDesk({ clock });
      const dogs: MemoryDog[] = [];
      for (let i = 0; i < 50; i++) dogs.push(await desk.enter(`D${i}`));
      clock.advance(44_000);
      for (const dog of dogs) mute(dog);
      clock.advance(30_000);
      clock.freeze(frozenMs);
      clock.advance(1_000);
      for (const dog of dogs) dog.pong();
      for (const dog of dogs) dog.answersPings = true;
      clock.advance(60_000);
      expect(dogs.flatMap((dog) => dog.closes)).toEqual([]);
      expect(desk.counts.get("late_tick")).toBe(1);
    },
  );

  it("G106: a dog that is really gone is still found after the gateway stood still", async () => {
    const clock = new FreezableClock();
    const desk = new GatewayDesk({ clock });
    const dog = mute(await desk.enter("D1"));
    clock.freeze(20_000);
    clock.advance(77_000);
    expect(dog.closes).toEqual([4100]);
  });

  it("G106: ticks that are always late find the dead none the less", async () => {
    const clock = new FreezableClock();
    const desk = new GatewayDesk({ clock });
    const dog = mute(await desk.enter("D1"));
    for (let i = 0; i < 200; i++) {
      clock.freeze(600);
      clock.advance(1_000);
    }
    clock.advance(1_000);
    expect(dog.closes).toEqual([4100]);
  });

  it("G106: a wheel of short ticks does not take a busy machine for one that stood still", async () => {
    const clock = new FreezableClock();
    const desk = new GatewayDesk({ clock, config: { pingEveryMs: 600, silentAfterMs: 900, readTimeoutMs: 1_500 } });
    const [gone, fine] = [mute(await desk.enter("D1")), await desk.enter("D2")];
    for (let i = 0; i < 30; i++) {
      clock.freeze(15);
      clock.advance(20);
    }
    expect(desk.types("D1")).toEqual(["dog.connected", "dog.silent"]);
    for (let i = 0; i < 20; i++) {
      clock.freeze(15);
      clock.advance(20);
    }
    expect([gone.closes, fine.closes, desk.counts.get("late_tick")]).toEqual([[4100], [], undefined]);
  });

  it("G116: over 1 MiB unsent closes 4101 at once", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    dog.bufferedBytes = 1024 * 1024 + 1;
    dog.request("/api/heartbeat");
    expect(dog.closes).toEqual([4101]);
    expect(desk.events.at(-1)).toMatchObject({ reason: "network_timeout", closeCode: 4101, initiator: "gateway" });
  });

  it("G116: blocked for 10 s closes 4101; a pipe that drains in time stays", async () => {
    const desk = new GatewayDesk();
    const [stuck, slow] = [await desk.enter("D1"), await desk.enter("D2")];
    for (const dog of [stuck, slow]) {
      dog.bufferedBytes = 100_000;
      dog.request("/api/heartbeat");
    }
    desk.clock.advance(8_000);
    slow.bufferedBytes = 0;
    desk.clock.advance(4_000);
    expect([stuck.closes, slow.closes]).toEqual([[4101], []]);
  });

  it("G105: one timer serves every dog, and none is left after close", async () => {
    const desk = new GatewayDesk();
    const before = desk.clock.pending;
    for (let i = 0; i < 100; i++) await desk.enter(`D${i}`);
    expect(desk.clock.pending).toBe(before + 1);
    desk.gateway.close();
    await desk.journal.close();
    expect(desk.clock.pending).toBe(0);
    expect(desk.gateway.sizes()).toMatchObject({ connections: 0, sessions: 0 });
  });
});
