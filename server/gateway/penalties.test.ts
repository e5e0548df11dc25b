import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GatewayDesk, MemoryDog, testCredentials } from "#server/testing/gateway-desk.ts";
import { PENALTIES, Penalties, penaltyMs } from "./penalties.ts";

describe("the table", () => {
  it("G110: no penalty shrinks with offences, none exceeds its cap", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(PENALTIES)), fc.nat(5_000), (row, before) => {
        const delayMs = penaltyMs(row, before);
        expect(delayMs).toBeLessThanOrEqual(row.capMs);
        expect(penaltyMs(row, before + 1)).toBeGreaterThanOrEqual(delayMs);
      }),
    );
  });

  it("G110: 1 s doubling to 60 s per (sn, digest), forgotten after 10 quiet minutes", () => {
    const penalties = new Penalties();
    let now = 0;
    const charged = Array.from({ length: 8 }, () => {
      const delayMs = penalties.charge("bad_token", "D1", "x", now);
      now += delayMs;
      return delayMs / 1_000;
    });
    expect(charged).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(penalties.charge("bad_token", "D1", "y", now)).toBe(1_000);
    expect(penalties.charge("bad_token", "D2", "x", now)).toBe(1_000);
    expect(penalties.charge("bad_token", "D1", "x", now + 600_000)).toBe(1_000);
  });

  it("G110: bounded whatever strangers try, and swept", () => {
    const penalties = new Penalties(100);
    for (let i = 0; i < 1_000; i++) penalties.charge("bad_token", `S${i}`, "x", 0);
    for (let i = 0; i < 1_000; i++) penalties.charge("bad_token", "S999", `token${i}`, 0);
    expect(penalties.size).toBe(100);
    penalties.sweep(700_000);
    expect(penalties.size).toBe(0);
  });
});

describe("refused logins", () => {
  it("G110: answered at once, parked, closed only after the penalty, which doubles per dial", () => {
    const desk = new GatewayDesk();
    for (const [delayMs, closedBy] of [
      [1_000, 2_000],
      [2_000, 3_000],
      [4_000, 5_000],
    ] as const) {
      const dog = desk.dial().login("D1", { token: "bad" });
      expect(dog.answers).toMatchObject([{ code: 401, args: { retry_after_ms: delayMs } }]);
      desk.clock.advance(delayMs - 1);
      expect(dog.closes).toEqual([]);
      desk.clock.advance(closedBy - delayMs + 1);
      expect(dog.closes).toEqual([4201]);
      dog.die();
    }
    expect(desk.events.every((event) => event.type === "dog.attempt_failed")).toBe(true);
  });

  it("G110: the second login on a parked socket costs nothing more; a right one lets the dog in", async () => {
    const desk = new GatewayDesk();
    const dog = desk.dial().login("D1", { token: "bad" }).login("D1", { token: "bad" });
    expect(dog.answers).toMatchObject([{ code: 401 }, { code: 401, args: { retry_after_ms: 1_000 } }]);
    dog.login("D1");
    await desk.settle();
    desk.clock.advance(5_000);
    expect([dog.codes.at(-1), dog.closes]).toEqual([0, []]);
    expect(desk.gateway.sizes()).toMatchObject({ sessions: 1, refused: 0 });
  });

  it("G110: a right token never pays for a wrong one, nor one dog for its neighbours behind the same address", async () => {
    const desk = new GatewayDesk();
    for (let i = 0; i < 50; i++) desk.dial({ remoteAddress: "10.0.0.1" }).login("D1", { token: `bad${i % 3}` });
    const d1 = desk.dial({ remoteAddress: "10.0.0.1" }).login("D1");
    const d2 = desk.dial({ remoteAddress: "10.0.0.1" }).login("D2");
    await desk.settle();
    expect([d1.codes, d2.codes]).toEqual([[0], [0]]);
  });

  it("G115: lifting the penalties of a dog closes its parked sockets now and starts it afresh", () => {
    const desk = new GatewayDesk();
    for (let i = 0; i < 6; i++) desk.dial().login("D1", { token: "bad" });
    const parked = desk.dial().login("D1", { token: "bad" });
    expect(parked.answers[0]?.args).toEqual({ retry_after_ms: 60_000 });
    desk.gateway.liftPenalties("D1");
    expect(parked.closes).toEqual([4201]);
    expect(desk.dial().login("D1", { token: "bad" }).answers[0]?.args).toEqual({ retry_after_ms: 1_000 });
  });

  it("G111: a dog that logs in over and over is let in late, never refused, and its neighbours at once", async () => {
    const desk = new GatewayDesk();
    for (let i = 0; i < 10; i++) (await desk.enter("D1")).die();
    const held = desk.dial().login("D1").login("D1");
    await desk.settle();
    expect([held.codes, held.closes]).toEqual([[], []]);
    expect((await desk.enter("D2")).codes).toEqual([0]);
    desk.clock.advance(2_000);
    await desk.settle();
    expect(held.codes).toEqual([0, 0]);
    held.die();
    desk.clock.advance(10_000);
    expect((await desk.enter("D1")).codes).toEqual([0]);
  });

  it("G111: two sockets of one sn wait to be let in, a third is answered 429 and parked; one that dies makes room", async () => {
    const desk = new GatewayDesk();
    const leash = { client: "leash-dog/1.0" };
    for (let i = 0; i < 10; i++) (await desk.enter("D1", leash)).die();
    const [first, second, third] = [0, 1, 2].map(() => desk.dial().login("D1", leash));
    expect([first?.codes, second?.codes, third?.codes]).toEqual([[], [], [429]]);
    expect(desk.gateway.sizes()).toMatchObject({ sessions: 0, held: 1, refused: 1 });
    first?.die();
    desk.dial().login("D1", leash);
    expect(desk.gateway.sizes()).toMatchObject({ held: 1, refused: 1 });
    desk.clock.advance(2_000);
    await desk.settle();
    desk.clock.advance(6_000);
    await desk.settle();
    expect([second?.codes, second?.closes, third?.closes]).toEqual([[0], [4500], [4500]]);
    expect(desk.gateway.sizes()).toMatchObject({ sessions: 1, held: 0, refused: 0 });
  });

  it("G111: a held socket that dies leaves nothing behind", async () => {
    const desk = new GatewayDesk();
    for (let i = 0; i < 10; i++) (await desk.enter("D1")).die();
    const held = desk.dial().login("D1");
    held.die();
    desk.clock.advance(10_000);
    await desk.settle();
    expect(desk.gateway.sizes()).toMatchObject({ connections: 0, sessions: 0, wheel: 0 });
  });

  it("G103: at the bound of idle sockets 503, except for a dog whose own token proved itself lately", async () => {
    const desk = new GatewayDesk({ config: { maxIdleSockets: 5 } });
    const dog = desk.dial({ token: "good-D1" }).login("D1", { token: "good-D1" });
    await desk.settle();
    dog.die();
    for (let i = 0; i < 5; i++) desk.dial().login(`X${i}`, { token: "bad" });
    expect(desk.tryDial()).toMatchObject({ status: 503 });
    expect(desk.tryDial({ token: "good" })).toMatchObject({ status: 503 });
    expect(desk.tryDial({ token: "good-D2" })).toMatchObject({ status: 503 });
    expect(desk.dial({ token: "good-D1" }).closes).toEqual([]);
    expect(desk.events.at(-1)).toMatchObject({
      type: "dog.attempt_failed",
      sn: "D2",
      stage: "handshake",
      reason: "server_error",
    });
  });

  it("G103: only a dog that showed its own token is remembered, and for 10 minutes", async () => {
    const desk = new GatewayDesk();
    for (const token of ["good", "good-D9", undefined]) desk.dial({ token }).login("D1");
    desk.dial({ token: "good-D2" }).login("D2", { token: "good-D2" });
    await desk.settle();
    expect(desk.gateway.sizes()).toMatchObject({ sessions: 2, recent: 1 });
    desk.clock.advance(660_000);
    expect(desk.gateway.sizes().recent).toBe(0);
  });

  it("G103: sockets that prove nothing leave the last tenth of the idle places to dogs that show their token", async () => {
    const desk = new GatewayDesk({ config: { maxIdleSockets: 20 } });
    const strangers = Array.from({ length: 30 }, () => desk.tryDial());
    expect(strangers.filter((dog) => dog instanceof MemoryDog)).toHaveLength(18);
    for (let i = 0; i < 50; i++) {
      desk.dial({ token: "good" }).login(`D${i}`);
      await desk.settle();
    }
    expect(desk.gateway.sizes().sessions).toBe(50);
  });

  it("G103: MAX_DOGS bounds sessions: a login over it is answered 503 and parked; a dog that is in may always log in anew", async () => {
    const desk = new GatewayDesk({ config: { maxDogs: 2 } });
    const early = Array.from({ length: 3 }, (_, i) => desk.dial({ token: `good-D${i}` }));
    for (const [i, dog] of early.entries()) dog.login(`D${i}`);
    await desk.settle();
    expect(early.map((dog) => dog.codes)).toEqual([[0], [0], [503]]);
    expect(early[2]?.answers[0]?.args).toEqual({ retry_after_ms: 1_000 });
    expect(desk.events.at(-1)).toMatchObject({ type: "dog.attempt_failed", sn: "D2", reason: "server_error" });
    expect([desk.tryDial(), desk.tryDial({ token: "good-D2" })]).toMatchObject([{ status: 503 }, { status: 503 }]);
    const again = desk.dial({ token: "good-D0" }).login("D0", { client: "leash-dog/1.0" });
    await desk.settle();
    expect(again.codes).toEqual([0]);
    desk.clock.advance(2_000);
    expect(early[2]?.closes).toEqual([4102]);
    early[1]?.die();
    expect((await desk.enter("D2")).codes).toEqual([0]);
  });

  it("G103: a wrong token costs no place: it is refused before", () => {
    const desk = new GatewayDesk({ credentials: testCredentials() });
    for (let i = 0; i < 20_000; i++) expect(desk.tryDial({ token: "bad" })).toMatchObject({ status: 401 });
    expect(desk.tryDial({ token: "good" })).not.toMatchObject({ status: 503 });
  });
});
