import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { ClientBench, GATEWAY, settled } from "#dog/testing/client-bench.ts";
import { CALM } from "#dog/testing/fake-gateway.ts";
import { FAIR } from "#dog/testing/fake-network.ts";
import { loginArgs as loginArgsSchema } from "#lib/protocol/messages.ts";
import { DogClient } from "./dog-client.ts";
import { DogOptionsError } from "./dog-client-options.ts";

const bench = (...args: ConstructorParameters<typeof ClientBench>) => new ClientBench(...args);
const MINUTE = 60_000;

describe("signing in", () => {
  it("D30: says who it is, as the protocol has it; the token goes in the login and the header, never in the address", async () => {
    const { gateway, network } = await bench({
      network: "wifi",
      firmware: "2.8.1",
      labels: { site: "Ningbo yard" },
      schedule: { maxRetries: 7, baseDelayMs: 500, maxDelayMs: 9_000 },
    }).up();
    const [login] = gateway.logins;
    expect(loginArgsSchema.parse(login)).toEqual(login);
    expect(login).toMatchObject({
      sn: "GB-1",
      token: "t-1",
      app_id: "app",
      network: "wifi",
      labels: { site: "Ningbo yard" },
    });
    expect(login?.client).toMatch(/^leash-dog\//);
    expect(login?.schedule).toMatchObject({
      max_retries: 7,
      base_delay_ms: 500,
      max_delay_ms: 9_000,
      probe_ms: 300_000,
    });
    expect(network.dials).toEqual([
      expect.objectContaining({ url: GATEWAY, headers: { Authorization: "Bearer t-1" } }),
    ]);
  });

  it("D30: start resolves with the first accepted login, however late, and again for whoever asks again", async () => {
    const one = bench();
    one.network.weather = { ...FAIR, refused: 1 };
    let started = 0;
    void one.client.start().then(() => started++);
    void one.client.start().then(() => started++);
    await one.pass(10 * MINUTE, 5_000);
    expect(started).toBe(0);
    one.network.weather = FAIR;
    await one.pass(7 * MINUTE, 5_000);
    expect(started).toBe(2);
  });

  it("D44: start rejects with everything that is wrong with the options, and without the token", async () => {
    const options = { servers: ["wss://a/ws", "ws://b/ws"], appId: "", token: "two words", sn: "a b", client: "go" };
    const client = new DogClient({ ...options, schedule: { maxRetries: 1.5, jitter: 2 }, labels: { site: "" } });
    const error = await client.start().then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(DogOptionsError);
    const { problems } = error as DogOptionsError;
    expect(problems.map((line) => line.split(/[:[]/)[0])).toEqual([
      "servers",
      "sn",
      "appId",
      "token",
      "client",
      "labels",
      "schedule.maxRetries",
      "schedule.jitter",
    ]);
    expect(problems.join()).not.toContain("two words");
  });

  it("D30: a gateway that knows no ids, no policy and no pace is a gateway too", async () => {
    const one = bench();
    one.gateway.answerArgs = {};
    await one.up();
    await one.pass(61_000);
    expect(one.gateway.heartbeats).toBe(2);
  });
});

describe("faults of the seed's client that ours has not", () => {
  it("D31: the heartbeat dies in an outage - ours beats on in every session, at the gateway's pace", async () => {
    const one = bench();
    one.gateway.answerArgs = { heartbeat_ms: 10_000 };
    await one.up();
    await one.pass(30_500);
    expect(one.gateway.heartbeats).toBe(3);
    for (let outage = 1; outage <= 3; outage++) {
      one.gateway.endAll("reset");
      await one.pass(6_000);
      const before = one.gateway.heartbeats;
      await one.pass(30_000);
      expect(one.gateway.heartbeats - before).toBe(3);
    }
  });

  it("D31: three heartbeats in a row that nobody answers end the line, though it lives", async () => {
    const one = bench();
    one.gateway.answerArgs = { heartbeat_ms: 30_000 };
    await one.up();
    one.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const isHeard = () => one.gateway.push("/api/noise", {});
    for (let seconds = 0; seconds < 98; seconds += 2) {
      isHeard();
      await one.pass(2_000);
    }
    expect([one.gateway.heartbeats, one.all("disconnected")]).toEqual([3, []]);
    isHeard();
    await one.pass(3_000);
    expect(one.all("disconnected")).toEqual([
      { reason: "network_timeout", error: "3 heartbeats in a row were not answered" },
    ]);
    one.gateway.mood = CALM;
    await one.pass(10_000);
    expect(one.gateway.logins).toHaveLength(2);
  });

  it("D31: so do three logins that only ask whether the first is stored, unanswered: a dog not yet stored notices it too", async () => {
    const one = bench();
    one.gateway.answerArgs = { heartbeat_ms: 30_000 };
    await one.up();
    one.gateway.mood = { ...CALM, unstored: 1 };
    one.gateway.endAll("reset");
    await one.pass(7_000);
    expect(one.client.getStatus()).toMatchObject({ connected: true, outage: { dials: 1 } });
    // Nobody reads any more; the line lives on.
    one.gateway.received = () => {};
    for (let seconds = 0; seconds < 110; seconds += 2) {
      one.gateway.push("/api/noise", {});
      await one.pass(2_000);
    }
    expect(one.all("disconnected")[1]).toEqual({
      reason: "network_timeout",
      error: "3 heartbeats in a row were not answered",
    });
  });

  it("D31: an answer in between, or two of three at a fast pace, end nothing", async () => {
    const one = bench();
    one.gateway.answerArgs = { heartbeat_ms: 1_000 };
    await one.up();
    for (let silences = 0; silences < 6; silences++) {
      one.gateway.mood = { ...CALM, requestUnanswered: 1 };
      for (let seconds = 0; seconds < 25; seconds++) {
        one.gateway.push("/api/noise", {});
        await one.pass(1_000);
      }
      one.gateway.mood = CALM;
      await one.pass(5_000);
    }
    expect(one.all("disconnected")).toEqual([]);
  });

  it("D32: the login is sent twice on the first connection - ours once on each", async () => {
    const one = await bench().up();
    expect(one.gateway.logins).toHaveLength(1);
    one.gateway.endAll("fin");
    await one.pass(10_000);
    expect(one.gateway.logins).toHaveLength(2);
    expect(one.network.dials).toHaveLength(2);
  });

  it("D37: the status is never `reconnecting` - ours is whenever it runs and is not in", async () => {
    const one = bench();
    expect(one.client.getStatus()).toMatchObject({ connected: false, reconnecting: false, state: "resting" });
    await one.up();
    expect(one.client.getStatus()).toEqual({
      connected: true,
      reconnecting: false,
      reconnect_attempts: 0,
      max_retries: 10,
      next_retry_delay: "0s",
      has_connection: true,
      server: GATEWAY,
      network: null,
      state: "up",
      outage: null,
      outbox: { messages: 0, bytes: 0, dropped: 0 },
      undecodable: 0,
    });
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(40_000, 100);
    const status = one.client.getStatus();
    expect(status).toMatchObject({ connected: false, reconnecting: true, has_connection: false, state: "waiting" });
    expect(status.reconnect_attempts).toBeGreaterThan(2);
    expect(status.next_retry_delay).toMatch(/^\d+s$/);
    expect(status.outage).toMatchObject({ dials: status.reconnect_attempts });
    expect(status.outage?.duration_ms).toBeGreaterThan(39_000);
  });

  it("D38: Stop leaves something reconnecting - ours leaves no timer and no socket, at any moment, and says goodbye", async () => {
    for (const after of [0, 20, 150, 300, 5_000, 31_000, 46_000, 47_000, 50_000, 70_000]) {
      const one = bench({ refreshToken: () => new Promise<string>(() => {}) }, after + 1);
      void one.client.start();
      await one.pass(after, 10);
      if (after === 46_000) one.gateway.endAll("reset");
      if (after === 47_000) one.gateway.endAll(4200);
      if (after === 50_000) {
        one.gateway.endAll("fin");
        await one.pass(7_000, 10);
      }
      await one.pass(60, 10);
      let stopped = false;
      void one.client.stop().then(() => (stopped = true));
      const told = one.told.length;
      await one.pass(2_100, 10);
      expect([after, stopped, one.network.openLines, one.clock.pending]).toEqual([after, true, 0, 0]);
      one.client.dialNow();
      one.client.networkChanged();
      await one.pass(20 * MINUTE, 10_000);
      expect(one.told.length).toBe(told);
      expect(one.network.openLines).toBe(0);
    }
    const up = await bench().up();
    await Promise.all([up.client.stop(), up.pass(2_000)]);
    expect(up.gateway.goodbyes).toEqual([1000]);
  });

  it("D45: concurrent writes break the pipe - ours sends whole frames, none before the login is accepted", async () => {
    const one = bench();
    const early: unknown[] = [];
    void one.client.start();
    one.client.on(
      "connecting",
      () => void one.client.send("/early").catch((error: { code: string }) => early.push(error.code)),
    );
    one.client.send("/kept", { n: 0 }, { keep: true });
    await one.pass(400, 20);
    one.client.on("disconnected", () => one.client.send("/kept", { n: 1 }, { keep: true }));
    one.gateway.endAll("reset");
    await one.pass(10_000, 20);
    expect(early).toEqual(["disconnected"]);
    const asked = Array.from({ length: 200 }, (_, n) => one.client.send("/many", { n }));
    await one.pass(1_000, 20);
    expect((await Promise.all(asked)).every(({ result }) => result)).toBe(true);
    expect(one.gateway.deliveries.filter(({ service }) => service === "/many").map(({ args }) => args.n)).toEqual([
      ...Array(200).keys(),
    ]);
    expect(one.gateway.deliveries.filter(({ service }) => service === "/kept").map(({ args }) => args.n)).toEqual([
      0, 1,
    ]);
  });
});

describe("stopping and starting", () => {
  it("D38: a stopped client starts again, and reports the outage it was stopped in", async () => {
    const one = await bench().up();
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(30_000);
    const { outage } = one.client.getStatus();
    void one.client.stop();
    await one.pass(2_000);
    one.network.weather = FAIR;
    await one.up();
    expect(one.gateway.logins.at(-1)?.outage).toMatchObject({ id: outage?.id, dials: outage?.dials });
    one.gateway.endAll("reset");
    await one.pass(10_000);
    expect([...one.gateway.outages.values()].map(({ logins }) => logins)).toEqual([1, 1]);
  });

  it("D38: start waits for the goodbye of a stop before it dials, and rejects where it is stopped first", async () => {
    const one = await bench().up();
    const stopping = one.client.stop();
    const again = one.client.start();
    expect(one.network.dials).toHaveLength(1);
    await Promise.all([stopping, one.pass(1_000, 20)]);
    await again;
    expect(one.network.violations).toEqual([]);
    const idle = bench();
    const started = idle.client.start();
    void idle.client.stop();
    await expect(started).rejects.toMatchObject({ code: "stopped" });
  });

  it("D38: an abort stops it like stop, and an aborted signal does not let it start", async () => {
    const aborter = new AbortController();
    const one = await bench({ signal: aborter.signal }).up();
    void one.client.stop();
    expect(getEventListeners(aborter.signal, "abort")).toEqual([]);
    await one.up();
    aborter.abort();
    await one.pass(2_000);
    expect([one.network.openLines, one.clock.pending, one.gateway.goodbyes]).toEqual([0, 0, [1000, 1000]]);
    expect(getEventListeners(aborter.signal, "abort")).toEqual([]);
    await expect(one.client.start()).rejects.toMatchObject({ code: "stopped" });
  });

  it("D38: a socket that never ends does not hold a stop, or the next start, for ever", async () => {
    const one = bench();
    const { dial } = one.network;
    const deaf = bench({
      dial: (target, handlers) => dial(target, { ...handlers, ended: () => {} }),
      clock: one.clock,
    });
    void deaf.client.start();
    await one.pass(1_000, 50);
    let stopped = false;
    void deaf.client.stop().then(() => (stopped = true));
    await one.pass(3_000, 50);
    expect(stopped).toBe(true);
    void deaf.client.start();
    await one.pass(1_000, 50);
    expect(deaf.client.getStatus().connected).toBe(true);
    void deaf.client.stop();
  });

  it("D38: a listener may stop it in the middle of whatever is told", async () => {
    for (const name of ["connecting", "connected", "disconnected", "retrying", "stable"] as const) {
      const one = bench();
      let openAtEnd: number | null = null;
      one.client.on(name, () => void one.client.stop().then(() => (openAtEnd = one.network.openLines)));
      void one.client.start();
      await one.pass(1_000, 50);
      one.gateway.endAll(name === "stable" ? "silence" : "reset");
      await one.pass(3 * MINUTE);
      expect([name, openAtEnd, one.network.openLines, one.clock.pending]).toEqual([name, 0, 0, 0]);
    }
  });
});

describe("pushes, tokens, bad frames", () => {
  it("D34: a policy that is pushed is this dog's schedule at once, and the next login's", async () => {
    const one = await bench().up();
    expect(one.gateway.logins[0]).not.toHaveProperty("schedule");
    one.gateway.push("/api/policy", { max_retries: 3, base_delay_ms: 2_000, max_delay_ms: 4_000 });
    one.gateway.push("/api/policy", { max_retries: "many" });
    await one.pass(500);
    expect(one.all("policy")).toEqual([{ maxRetries: 3, baseDelayMs: 2_000, maxDelayMs: 4_000 }]);
    expect(one.client.getStatus().max_retries).toBe(3);
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(60_000);
    const waits = one
      .all("retrying")
      .map(({ delayMs }) => delayMs)
      .slice(1);
    expect(waits).toHaveLength(3);
    for (const [n, wait] of waits.entries()) {
      const least = Math.min(4_000, 2_000 * 2 ** n);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(least * 1.5);
    }
  });

  it("D34: a slip of a digit in a pushed policy sends no dog away for a day", async () => {
    const one = await bench().up();
    one.gateway.push("/api/policy", { max_retries: 10, base_delay_ms: 86_400_000, max_delay_ms: 86_400_000 });
    await one.pass(500);
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(30_000);
    expect(one.all("retrying").at(-1)?.attempt).toBe(1);
    expect(one.all("retrying").at(-1)?.delayMs).toBeLessThanOrEqual(360_000);
  });

  it("D34: a dog that reports a schedule of its own keeps to it, unless it is told to follow", async () => {
    const schedule = { maxRetries: 7, baseDelayMs: 500, maxDelayMs: 9_000 };
    const own = bench({ schedule });
    const follower = bench({ schedule, followPolicy: true });
    for (const one of [own, follower]) {
      one.gateway.answerArgs = { policy: { max_retries: 3, base_delay_ms: 2_000, max_delay_ms: 4_000 } };
      await one.up();
    }
    expect(own.client.getStatus().max_retries).toBe(7);
    expect(follower.client.getStatus().max_retries).toBe(3);
    follower.gateway.endAll(4000);
    await follower.pass(3_000);
    expect(follower.gateway.logins[1]?.schedule).toMatchObject({ max_retries: 3, base_delay_ms: 2_000 });
  });

  it("D34: what another network brings is reported from its next login on; what cannot be changes nothing", async () => {
    const one = await bench().up();
    const schedule = { maxRetries: 20, maxDelayMs: 60_000, firstDelayMs: [0, 2_000] as const };
    expect(() => one.client.networkChanged({ schedule: { jitter: 2 } })).toThrow(DogOptionsError);
    expect(() => one.client.networkChanged({ servers: ["wss://b/ws"] })).toThrow(/all must be wss/);
    expect(() => one.client.networkChanged({ network: "" })).toThrow(/network/);
    expect(one.client.getStatus().connected).toBe(true);
    const other = one.network.gateway("ws://cell.test/ws");
    one.client.networkChanged({ network: "cellular", servers: ["ws://cell.test/ws"], schedule });
    await one.pass(500, 50);
    expect(one.client.getStatus()).toMatchObject({ connected: true, network: "cellular", max_retries: 20 });
    expect(other.logins).toEqual([
      expect.objectContaining({ network: "cellular", schedule: expect.objectContaining({ max_retries: 20 }) }),
    ]);
    other.push("/api/policy", { max_retries: 3, base_delay_ms: 2_000, max_delay_ms: 4_000 });
    await one.pass(500);
    expect(one.client.getStatus().max_retries).toBe(20);
  });

  it("D34: a dog that follows nobody says what it does", async () => {
    const one = bench({ followPolicy: false });
    one.gateway.answerArgs = { policy: { max_retries: 3, base_delay_ms: 2_000, max_delay_ms: 4_000 } };
    await one.up();
    expect(one.gateway.logins[0]?.schedule).toMatchObject({ max_retries: 10 });
    expect(one.client.getStatus().max_retries).toBe(10);
  });

  it("D34: every push reaches the listeners, one nobody knows as well", async () => {
    const one = await bench().up();
    one.gateway.push("/api/dance", { steps: 3 });
    await one.pass(500);
    expect(one.all("push")).toEqual([{ op: "galbot_push", service: "/api/dance", args: { steps: 3 } }]);
  });

  it("D39: a refused login asks for a new token, says why, and signs in with it", async () => {
    const asked: unknown[] = [];
    const one = bench({
      refreshToken: ({ reason, error, tries }) => {
        asked.push({ reason, error, tries });
        return `t-${asked.length + 1}`;
      },
    });
    one.gateway.tokens.add("t-3");
    void one.client.start();
    await one.pass(12_000);
    expect(asked).toEqual([
      { reason: "auth_failed", error: "login refused: 401", tries: 1 },
      { reason: "auth_failed", error: "login refused: 401", tries: 2 },
    ]);
    expect(one.all("refused")[0]).toMatchObject({ code: 401 });
    expect(one.client.getStatus().connected).toBe(true);
    expect(one.network.dials.at(-1)?.headers).toEqual({ Authorization: "Bearer t-3" });
    expect(one.gateway.logins[0]?.token).toBe("t-3");
  });

  it.each([
    ["a close 4200", (one: ClientBench) => one.gateway.endAll(4200)],
    ["a push of a 401", (one: ClientBench) => one.gateway.push("/api/user/login", { code: 401 })],
    ["a heartbeat answered 401", (one: ClientBench) => one.gateway.answerCodes.push(401)],
  ])("D39: %s leads to a new token", async (_, refuse) => {
    const asked: (string | null)[] = [];
    const one = await bench({ refreshToken: ({ error }) => String(asked.push(error)) }).up();
    refuse(one);
    await one.pass(50_000);
    expect(asked).toHaveLength(1);
    expect(one.client.getStatus().connected).toBe(true);
    expect(one.gateway.logins.at(-1)).toMatchObject({ token: "1" });
  });

  it("D39: a callback that throws, hangs or answers nonsense keeps the old token, and the dog goes on", async () => {
    const answers = [
      () => Promise.reject(new Error("no network")),
      () => new Promise<string>(() => {}),
      () => "two words",
    ];
    for (const refreshToken of answers) {
      const one = bench({ refreshToken });
      one.gateway.tokens.add("other");
      void one.client.start();
      await one.pass(3 * MINUTE);
      one.gateway.tokens.add("t-1");
      one.client.dialNow();
      await one.pass(7 * MINUTE);
      one.client.dialNow();
      await one.pass(1_000);
      expect(one.client.getStatus().connected).toBe(true);
    }
  });

  it("D41: what nobody can read is counted and ends nothing", async () => {
    const one = await bench().up();
    one.gateway.mood = { ...CALM, garbage: 1 };
    const answers = Array.from({ length: 9 }, (_, n) => one.client.send("/x", { n }));
    await one.pass(500);
    await Promise.all(answers);
    expect(one.client.getStatus()).toMatchObject({ connected: true, undecodable: 9 });
    expect(one.all("error")).toHaveLength(1);
  });

  it("D42: a listener that throws or rejects is told as an error and disturbs nobody", async () => {
    const one = bench();
    const heard: string[] = [];
    one.client.on("connected", () => {
      throw new Error("mine");
    });
    one.client.on("connected", async () => Promise.reject(new Error("mine too")));
    const off = one.client.on("connected", () => void heard.push("connected"));
    one.client.on("error", () => {
      throw new Error("even here");
    });
    await one.up();
    await settled();
    expect(heard).toEqual(["connected"]);
    expect(one.all("error").map(({ of }) => of)).toEqual(["listener", "listener"]);
    off();
    one.gateway.endAll(4000);
    await one.pass(2_000);
    expect(heard).toEqual(["connected"]);
    expect(one.client.getStatus().connected).toBe(true);
  });

  it("D43: after the last retry it probes for ever, every 4 to 6 minutes", async () => {
    const one = await bench({ schedule: { maxRetries: 2 } }).up();
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(6 * 60 * MINUTE, 10_000);
    const probes = one.all("probing").map(({ delayMs }) => delayMs);
    expect(probes.length).toBeGreaterThan(60);
    expect(Math.min(...probes)).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(Math.max(...probes)).toBeLessThanOrEqual(6 * MINUTE);
    expect(one.client.getStatus()).toMatchObject({ reconnecting: true, reconnect_attempts: 2 });
    one.network.weather = FAIR;
    await one.pass(7 * MINUTE, 1_000);
    expect(one.client.getStatus().connected).toBe(true);
  });
});

describe("reporting outages", () => {
  it("D40: an outage is told of in each login under one id until one is answered", async () => {
    const one = await bench().up();
    one.network.weather = { ...FAIR, refused: 1 };
    one.gateway.endAll("reset");
    await one.pass(20_000);
    one.network.weather = FAIR;
    one.gateway.mood = { ...CALM, answerLost: 1 };
    await one.pass(2 * MINUTE);
    one.gateway.mood = CALM;
    await one.pass(2 * MINUTE);
    expect(one.gateway.outages.size).toBe(1);
    const [[, told] = []] = one.gateway.outages;
    expect(told?.logins).toBeGreaterThan(1);
    expect(told?.report).toMatchObject({ last_error: "no answer in time", servers_tried: 1 });
    const [, last] = one.all("connected");
    expect(last?.outage).toMatchObject({ id: told?.report.id, dials: told?.report.dials });
    expect(told?.report.dials).toBe(one.network.dials.length - 1);
    one.gateway.endAll(4000);
    await one.pass(2_000);
    expect(one.gateway.outages.size).toBe(2);
  });

  it("D40: what was not stored is asked about with each heartbeat, and told again if the session ends first", async () => {
    const one = await bench().up();
    one.gateway.mood = { ...CALM, unstored: 1 };
    one.gateway.endAll("reset");
    await one.pass(7_000);
    const id = one.client.getStatus().outage?.id;
    expect(one.client.getStatus()).toMatchObject({ connected: true, outage: { dials: 1 } });
    expect(one.gateway.outages.size).toBe(0);
    one.gateway.endAll("reset");
    await one.pass(7_000);
    expect(one.gateway.logins.at(-1)?.outage).toMatchObject({ id, dials: 2 });
    await one.pass(30_000);
    expect(one.client.getStatus().outage).toBeNull();
    expect([...one.gateway.outages.keys()]).toEqual([`GB-1/${id}`]);
    one.gateway.mood = CALM;
    one.gateway.endAll("reset");
    await one.pass(7_000);
    expect(one.gateway.outages.size).toBe(2);
  });
});
