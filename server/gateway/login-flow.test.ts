import { describe, expect, it } from "vitest";
import { gatewayMessage, loginAnswerArgs } from "#lib/protocol/messages.ts";
import { GatewayDesk, MemoryDog, testCredentials } from "#server/testing/gateway-desk.ts";

const LEASH = { client: "leash-dog/1.0" };

describe("logging in", () => {
  it("P4: the answer carries session, intervals and the pushed policy", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    expect(() => gatewayMessage.parse(JSON.parse(dog.texts[0] ?? ""))).not.toThrow();
    expect(loginAnswerArgs.parse(dog.answers[0]?.args)).toEqual({
      session: "E.1",
      heartbeat_ms: 30_000,
      stable_ms: 60_000,
      policy: { max_retries: 10, base_delay_ms: 1_000, max_delay_ms: 30_000 },
    });
    expect(desk.events[0]).toMatchObject({
      type: "dog.connected",
      sn: "D1",
      session: "E.1",
      schedule: { source: "assumed" },
    });
  });

  it("P6: a heartbeat before login is answered 401 and closes nothing", () => {
    const dog = new GatewayDesk().dial();
    dog.request("/api/heartbeat");
    expect([dog.codes, dog.closes]).toEqual([[401], []]);
  });

  it("P7: an unknown service is answered 404, before and after login", async () => {
    const desk = new GatewayDesk();
    const dog = desk.dial();
    dog.request("/api/dance");
    dog.login("D1");
    await desk.settle();
    dog.request("/api/dance");
    expect([dog.codes, dog.closes]).toEqual([[404, 0, 404], []]);
  });

  it("P8: a second login with the same sn is answered and changes nothing; with another sn it is 409", async () => {
    const desk = new GatewayDesk();
    const dog = desk.dial().login("D1").login("D1").login("D2");
    await desk.settle();
    expect(dog.codes.sort((a, b) => a - b)).toEqual([0, 0, 409]);
    expect(desk.types()).toEqual(["dog.connected"]);
  });

  it("P9: the login's token decides; an empty one stands for the handshake's", async () => {
    const desk = new GatewayDesk({ credentials: testCredentials({ urlSafe: false }) });
    const mangled = desk.dial({ token: "go", tokenFrom: "query" }).login("D1");
    const header = desk.dial({ token: "good", tokenFrom: "header" }).login("D2", { token: "" });
    const wrong = desk.dial({ token: "good", tokenFrom: "header" }).login("D3", { token: "bad" });
    await desk.settle();
    expect([mangled.codes, header.codes, wrong.codes]).toEqual([[0], [0], [401]]);
  });

  it("P3: a bad field is answered 400 by its name and costs the dog nothing but the login", () => {
    const dog = new GatewayDesk().dial();
    dog.login("D 1\r\n\u001b[31m");
    dog.login("D1", { labels: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, "v"])) });
    expect(dog.codes).toEqual([400, 400]);
    expect(dog.answers[0]?.message).toMatch(/^bad_request: sn: /);
    expect(dog.answers[1]?.message).toMatch(/^bad_request: labels: /);
    expect(dog.closes).toEqual([]);
  });

  it("P10: two undecodable frames are answered 400, the third closes 4103", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    dog.say("nonsense");
    dog.say(`{"op":"galbot_request","service":"x","args":{"__proto__":{}}}`);
    expect([dog.codes, dog.closes]).toEqual([[0, 400, 400], []]);
    dog.say(`${"[".repeat(17)}${"]".repeat(17)}`);
    expect(dog.closes).toEqual([4103]);
    expect(desk.events.at(-1)).toMatchObject({
      type: "dog.disconnected",
      reason: "unknown",
      closeCode: 4103,
      initiator: "gateway",
    });
  });

  it("P11: over 60 at once and 20 a second is dropped and told once a second", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    for (let i = 0; i < 200; i++) dog.request("/api/heartbeat");
    expect(dog.codes.filter((code) => code === 0)).toHaveLength(60);
    expect(dog.codes.filter((code) => code === 429)).toHaveLength(1);
    desk.clock.advance(1_000);
    for (let i = 0; i < 200; i++) dog.request("/api/heartbeat");
    expect(dog.codes.filter((code) => code === 0)).toHaveLength(80);
    expect([desk.counts.get("message_refused:rate"), dog.closes]).toEqual([321, []]);
  });

  it("G101: with no credential set up every dog is refused before the handshake", () => {
    const desk = new GatewayDesk({ credentials: testCredentials({ configured: false }) });
    expect(desk.tryDial()).toMatchObject({ status: 401, message: "no dog credential is set up" });
    expect(desk.tryDial({ token: "good" })).toMatchObject({ status: 401 });
  });

  it("G101: a wrong token is refused at the handshake only where the URL cannot have mangled it", () => {
    const safe = new GatewayDesk();
    expect(safe.tryDial({ token: "bad", tokenFrom: "query" })).toMatchObject({ status: 401 });
    const unsafe = new GatewayDesk({ credentials: testCredentials({ urlSafe: false }) });
    expect(unsafe.tryDial({ token: "bad", tokenFrom: "query" })).toBeInstanceOf(MemoryDog);
    expect(unsafe.tryDial({ token: "bad", tokenFrom: "header" })).toMatchObject({ status: 401 });
  });

  it("G104: a socket that does not log in is closed 4202 within 11 s, and no session ended", () => {
    const desk = new GatewayDesk();
    const dog = desk.dial();
    desk.clock.advance(9_999);
    expect(dog.closes).toEqual([]);
    desk.clock.advance(1_001);
    expect([dog.closes, desk.types()]).toEqual([[4202], []]);
  });

  it("G112: the answer waits for the commit of its event", async () => {
    const desk = new GatewayDesk();
    const dog = desk.dial().login("D1");
    expect([desk.types(), dog.codes]).toEqual([["dog.connected"], []]);
    await desk.settle();
    expect(dog.codes).toEqual([0]);
  });

  it("G112: where the journal cannot store, the login is answered at once, says that it is not stored, and is counted", async () => {
    const desk = new GatewayDesk();
    desk.journal.store.failWith(new Error("disk full"));
    const first = await desk.enter("D1");
    const second = desk.dial().login("D2");
    expect([first.codes, second.codes, desk.counts.get("login_unacknowledged")]).toEqual([[0], [0], 2]);
    expect(second.answers[0]?.args).toMatchObject({ session: "E.2", stored: false });
  });

  it("G114: failed logins of a dog we know and do not hold become one event per 5 s with a count", async () => {
    const desk = new GatewayDesk({
      dogs: { hasReported: () => false, isKnown: (sn) => sn === "D1", endsOutage: () => false },
    });
    for (let i = 0; i < 4; i++) desk.dial().login("D1", { token: "bad" });
    desk.dial().login("STRANGER", { token: "bad" });
    desk.clock.advance(6_000);
    expect(desk.events).toMatchObject([
      { type: "dog.attempt_failed", sn: "D1", stage: "login", reason: "auth_failed", count: 1 },
      { type: "dog.attempt_failed", sn: "D1", count: 3 },
    ]);
    expect(desk.gateway.sizes().attempts).toBe(1);
    desk.clock.advance(6_000);
    expect([desk.gateway.sizes().attempts, desk.events.length]).toEqual([0, 2]);
    await desk.enter("D1");
    desk.dial().login("D1", { token: "bad" });
    expect(desk.types("D1").at(-1)).toBe("dog.connected");
  });

  it("G114: what failed before a login stands before it, is folded before the gateway asks what it ends, and is told once", async () => {
    const seen: string[][] = [];
    const desk: GatewayDesk = new GatewayDesk({
      dogs: { hasReported: () => false, isKnown: () => true, endsOutage: () => seen.push(desk.types()) > 0 },
    });
    for (let i = 0; i < 3; i++) desk.dial().login("D1", { token: "bad" });
    const dog = await desk.enter("D1");
    expect(desk.events).toMatchObject([
      { type: "dog.attempt_failed", count: 1 },
      { type: "dog.attempt_failed", count: 2, raw: "token refused" },
      { type: "dog.connected" },
    ]);
    expect(seen).toEqual([["dog.attempt_failed", "dog.attempt_failed"]]);
    desk.clock.advance(4_000);
    dog.die();
    desk.dial().login("D1", { token: "bad" });
    expect(desk.types().slice(3)).toEqual(["dog.disconnected"]);
    desk.clock.advance(2_000);
    expect(desk.events.slice(4)).toMatchObject([{ type: "dog.attempt_failed", count: 1 }]);
  });

  it("G114: what failed before an operator's order stands before it", () => {
    const desk = new GatewayDesk();
    for (let i = 0; i < 3; i++) desk.dial().login("D1", { token: "bad" });
    desk.gateway.liftPenalties("D1");
    expect(desk.events).toMatchObject([{ count: 1 }, { type: "dog.attempt_failed", count: 2 }]);
    desk.clock.advance(60_000);
    expect([desk.events.length, desk.gateway.sizes().attempts]).toEqual([2, 0]);
  });

  it("G109: the older socket of a Leash dog is closed 4500; its late end only frees it", async () => {
    const desk = new GatewayDesk();
    const old = await desk.enter("D1", LEASH);
    const young = await desk.enter("D1", LEASH);
    expect([old.closes, young.closes, young.codes]).toEqual([[4500], [], [0]]);
    expect(desk.types()).toEqual(["dog.connected", "dog.disconnected", "dog.connected"]);
    expect(desk.events[1]).toMatchObject({ session: "E.1", reason: "session_replaced", closeCode: 4500 });
    old.die();
    expect(desk.types()).toHaveLength(3);
    expect(desk.gateway.sizes()).toMatchObject({ connections: 1, sessions: 1 });
    expect(desk.gateway.isConnected("D1")).toBe(true);
  });

  it("G109: older sockets of a seed dog are kept, two at most, then a login is answered 429 and its socket parked", async () => {
    const desk = new GatewayDesk();
    const dogs = [await desk.enter("D1"), await desk.enter("D1"), await desk.enter("D1")];
    expect(desk.gateway.liveSockets("D1")).toBe(3);
    const fourth = await desk.enter("D1");
    expect(fourth.answers).toMatchObject([{ code: 429, args: { retry_after_ms: 1_000 } }]);
    desk.clock.advance(2_000);
    expect(fourth.closes).toEqual([4500]);
    const fifth = await desk.enter("D1");
    expect(fifth.answers).toMatchObject([{ code: 429, args: { retry_after_ms: 2_000 } }]);
    desk.clock.advance(600_000);
    expect(dogs.map((dog) => dog.closes)).toEqual([[], [], []]);
    for (const dog of dogs) dog.request("/api/heartbeat");
    expect(dogs.map((dog) => dog.codes)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it("G109: a duplicate that fell silent makes room", async () => {
    const desk = new GatewayDesk();
    const dogs = [await desk.enter("D1"), await desk.enter("D1"), await desk.enter("D1")];
    for (const dog of dogs.slice(0, 2)) dog.answersPings = false;
    desk.clock.advance(76_000);
    expect(dogs.map((dog) => dog.closes)).toEqual([[4100], [4100], []]);
    expect((await desk.enter("D1")).codes).toEqual([0]);
  });

  it("G121: a duplicate that sends a heartbeat while its sn has no session becomes the session", async () => {
    const desk = new GatewayDesk();
    const a = await desk.enter("D1");
    const b = await desk.enter("D1");
    a.request("/api/heartbeat");
    expect(desk.types().filter((type) => type === "dog.connected")).toHaveLength(2);
    b.die();
    expect(desk.gateway.isConnected("D1")).toBe(false);
    a.request("/api/heartbeat");
    expect(desk.gateway.isConnected("D1")).toBe(true);
    expect(desk.events.at(-1)).toMatchObject({ type: "dog.connected", session: "E.3" });
  });

  it("G115: forced closes 4000 once, decided by the operator; without a session there is nothing to close but a duplicate", async () => {
    const desk = new GatewayDesk();
    const a = await desk.enter("D1");
    const b = await desk.enter("D1");
    expect(desk.gateway.closeForced("D1")).toBe(true);
    expect(desk.events.at(-1)).toMatchObject({
      type: "dog.disconnected",
      reason: "forced_reconnect",
      initiator: "operator",
      closeCode: 4000,
    });
    expect(desk.gateway.closeForced("D1")).toBe(false);
    expect([a.closes, b.closes]).toEqual([[4000], [4000]]);
    expect(desk.gateway.closeForced("NOBODY")).toBe(false);
    const count = desk.events.length;
    b.die();
    expect(desk.events).toHaveLength(count);
  });

  it("G122: a token of its own names the dog at the handshake, let in or not; any other token names nobody", () => {
    const dialed: string[] = [];
    const desk = new GatewayDesk({ onDialed: (sn) => void dialed.push(sn) });
    for (const token of ["good", "bad", undefined]) desk.tryDial({ token });
    expect(dialed).toEqual([]);
    desk.tryDial({ token: "good-D1" });
    desk.gateway.revoke("D2");
    expect(desk.tryDial({ token: "good-D2" })).toMatchObject({ status: 401 });
    expect(dialed).toEqual(["D1", "D2"]);
  });

  it("G118: a revoked dog is closed 4501, refused at handshake and login, and back after 10 quiet minutes", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    desk.gateway.revoke("D1");
    expect(dog.closes).toEqual([4501]);
    expect(desk.tryDial({ token: "good-D1" })).toMatchObject({ status: 401, message: "revoked" });
    const again = desk.dial().login("D1");
    expect(again.codes).toEqual([401]);
    desk.clock.advance(600_000);
    expect(again.closes).toEqual([4501]);
    const back = desk.dial({ token: "good-D1" }).login("D1");
    await desk.settle();
    expect(back.codes).toEqual([0]);
  });

  it("G118: a revoked dog that keeps trying stays out; after 10 quiet minutes it may come back", async () => {
    const desk = new GatewayDesk();
    await desk.enter("D1");
    desk.gateway.revoke("D1");
    for (let i = 0; i < 4; i++) {
      desk.clock.advance(599_000);
      expect(desk.dial().login("D1").codes).toEqual([401]);
    }
    desk.clock.advance(661_000);
    expect([(await desk.enter("D1")).codes, desk.gateway.sizes().revoked]).toEqual([[0], 0]);
  });

  it("G107: one dog.disconnected per session, with its times", async () => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    desk.clock.advance(20_000);
    dog.request("/api/heartbeat");
    desk.clock.advance(3_000);
    const now = desk.clock.now();
    dog.die();
    expect(desk.events.at(-1)).toMatchObject({
      type: "dog.disconnected",
      session: "E.1",
      reason: "peer_reset",
      raw: "ECONNRESET",
      initiator: "network",
      lastHeardAt: now - 3_000,
      rttMs: 0,
      sessionMs: 23_000,
    });
    expect(desk.gateway.sizes()).toMatchObject({ connections: 0, sessions: 0, wheel: 0 });
  });

  it("G113: dog.stable 60 s after a login that ended an outage, never after one that did not", async () => {
    const desk = new GatewayDesk({
      dogs: { hasReported: () => false, isKnown: () => true, endsOutage: (sn) => sn === "BACK" },
    });
    await desk.enter("BACK");
    await desk.enter("NEW");
    desk.clock.advance(59_999);
    expect(desk.types()).toEqual(["dog.connected", "dog.connected"]);
    desk.clock.advance(1_001);
    expect(desk.events.slice(2)).toMatchObject([{ type: "dog.stable", sn: "BACK", session: "E.1" }]);
    desk.clock.advance(300_000);
    expect(desk.types()).toHaveLength(3);
  });

  it("G124: an outage told again is journaled without its report; another one with it", async () => {
    const told = new Set<string>();
    const desk: GatewayDesk = new GatewayDesk({
      dogs: { isKnown: () => true, endsOutage: () => true, hasReported: (sn, id) => told.has(`${sn} ${id}`) },
    });
    desk.journal.subscribe((event) => {
      if (event.type === "dog.connected" && event.outage) told.add(`${event.sn} ${event.outage.id}`);
    });
    const report = { dials: 3, duration_ms: 9_000, delays_ms: [1_000], probes: 0, last_error: null, servers_tried: 1 };
    const login = { ...LEASH, outage: { id: "out-1", ...report } };
    for (const sn of ["D1", "D1", "D2"]) await desk.enter(sn, login);
    await desk.enter("D1", { ...LEASH, outage: { id: "out-2", ...report } });
    const outages = desk.events.flatMap((event) =>
      event.type === "dog.connected" ? [`${event.sn} ${event.outage?.id}`] : [],
    );
    expect(outages).toEqual(["D1 out-1", "D1 undefined", "D2 out-1", "D1 out-2"]);
  });

  it("G113: the read model is asked after the old session ended and before the new one is journaled", async () => {
    const seen: string[][] = [];
    const desk: GatewayDesk = new GatewayDesk({
      dogs: { hasReported: () => false, isKnown: () => true, endsOutage: () => seen.push(desk.types()) > 0 },
    });
    await desk.enter("D1");
    await desk.enter("D1");
    expect(seen).toEqual([[], ["dog.connected", "dog.disconnected"]]);
  });
});
