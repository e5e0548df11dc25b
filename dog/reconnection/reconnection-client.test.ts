import { afterEach, describe, expect, it } from "vitest";
import { ScriptedDial } from "#dog/testing/scripted-dial.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { ReconnectionClient } from "./reconnection-client.ts";
import { ReconnectionError } from "./reconnection-error.ts";
import type { ReconnectionOptions } from "./reconnection-options.ts";

const URL = "ws://gateway.test/ws";
const settle = async () => {
  for (let turns = 0; turns < 10; turns++) await Promise.resolve();
};
const clients: { client: ReconnectionClient; net: ScriptedDial; clock: FakeClock }[] = [];

function rig(options: ReconnectionOptions = {}, token = "s3cret&x") {
  const clock = new FakeClock();
  const net = new ScriptedDial();
  const ports = { clock, random: seededRandom(1), dial: net.dial, pollHealth: net.pollHealth };
  const client = new ReconnectionClient(URL, token, { ...ports, ...options });
  const errors: Error[] = [];
  client.setDisconnectCallback((error) => errors.push(error));
  clients.push({ client, net, clock });
  return { clock, net, client, errors };
}

afterEach(async () => {
  for (const { client, net, clock } of clients.splice(0)) {
    const stopped = client.stopReconnection();
    for (const line of net.lines) line.end();
    await stopped;
    expect([clock.pending, net.open, net.overlaps]).toEqual([0, 0, 0]);
  }
});

describe("D27: the seed's surface, its faults mended", () => {
  it("overflow of a huge attempt: calculateBackoff clamps", () => {
    const { client } = rig();
    client.setDelays(1_000, 30_000);
    const attempts = [0, 1, 4, 5, 63, 64, 1_024, 1e9, Number.MAX_SAFE_INTEGER];
    expect(attempts.map((attempt) => client.calculateBackoff(attempt))).toEqual([
      1_000, 2_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000,
    ]);
  });

  it("the token in the URL, unescaped: ours is in no URL", async () => {
    const { client, net } = rig();
    client.connectWithRetry().catch(() => {});
    expect(net.line.target).toMatchObject({ url: URL, headers: { Authorization: "Bearer s3cret&x" } });
  });

  it("the reconnect callback on the first connection logs in twice: ours is called once a connection, and waited for", async () => {
    const { client, net, clock } = rig();
    let calls = 0;
    let finish = () => {};
    client.setReconnectCallback(() => {
      calls++;
      return new Promise((done) => {
        finish = done;
      });
    });
    let connected = false;
    const connecting = client.connectWithRetry().then((socket) => {
      connected = true;
      return socket;
    });
    net.line.open();
    await settle();
    expect([calls, connected, client.isReconnecting()]).toEqual([1, false, true]);
    finish();
    const socket = await connecting;
    expect([calls, connected, client.isReconnecting()]).toEqual([1, true, false]);
    expect(await client.connectWithRetry()).toBe(socket);
    net.line.end({ closeCode: 1006 });
    clock.advance(5_000);
    net.line.open();
    expect(calls).toBe(2);
  });

  it("a callback that fails is a failed dial: told, waited for, dialed again", async () => {
    const { client, net, clock, errors } = rig();
    let calls = 0;
    client.setReconnectCallback(() => {
      if (++calls === 1) throw new Error("no login");
    });
    const connecting = client.connectWithRetry();
    net.line.open();
    await settle();
    expect(errors[0]?.message).toContain("the reconnect callback failed: no login");
    expect(client.getCurrentStatus()).toEqual({ attempts: 1, maxRetries: 10, nextDelayMs: 2_000 });
    clock.advance(1_500);
    net.line.open();
    await expect(connecting).resolves.toBeDefined();
  });

  it("a message or disconnect callback that throws or rejects ends nothing: it is told, and the client goes on", async () => {
    const told: string[] = [];
    const { client, net, clock } = rig({
      onMessage: (text) => {
        throw new Error(`no ${text}`);
      },
      onError: (error) => {
        told.push(error.message);
        if (told.length === 1) throw new Error("nor this");
      },
    });
    const connecting = client.connectWithRetry();
    net.line.open();
    await connecting;
    net.line.receive("one");
    client.setMessageCallback(async (text) => Promise.reject(new Error(`never ${text}`)));
    net.line.receive("two");
    client.setDisconnectCallback(() => {
      throw new Error("a word");
    });
    net.line.end({ closeCode: 1006 });
    await settle();
    expect(told.toSorted()).toEqual([
      "the disconnect callback threw: a word",
      "the message callback threw: never two",
      "the message callback threw: no one",
    ]);
    clock.advance(5_000);
    net.line.open();
    await settle();
    expect(client.isReconnecting()).toBe(false);
  });

  it("a callback that outlives its connection speaks for no other", async () => {
    const { client, net, clock } = rig();
    const finish: (() => void)[] = [];
    client.setReconnectCallback(() => new Promise((done) => finish.push(done)));
    const connecting = client.connectWithRetry();
    net.line.open();
    net.line.end({ closeCode: 1006 });
    clock.advance(1_500);
    net.line.open();
    finish[0]?.();
    await settle();
    expect(client.isReconnecting()).toBe(true);
    finish[1]?.();
    await expect(connecting).resolves.toBeDefined();
  });

  it("gives up after maxRetries + 1 dials, as the seed does, and says so", async () => {
    const { client, net, clock, errors } = rig({ maxRetries: 2 });
    const connecting = client.connectWithRetry();
    const rejected = expect(connecting).rejects.toMatchObject({ code: "gave_up", message: /3 dials: .*ECONNREFUSED/ });
    for (let dials = 0; dials < 3; dials++) {
      net.line.fail();
      clock.advance(3_000);
    }
    await rejected;
    expect([net.lines.length, errors.length, client.isReconnecting()]).toEqual([3, 3, false]);
    expect(errors[0]).toBeInstanceOf(ReconnectionError);
    const again = client.connectWithRetry();
    net.line.open();
    await expect(again).resolves.toBeDefined();
  });

  it("the stop signal stays in the channel: a stop while nothing runs spoils no later connect", async () => {
    const { client, net } = rig();
    await client.stopReconnection();
    await client.stopReconnection();
    const connecting = client.connectWithRetry();
    net.line.open();
    await expect(connecting).resolves.toBeDefined();
  });

  it("a stop rejects what is pending and leaves nothing, whether dialing, waiting or connected", async () => {
    const moments: ((world: ReturnType<typeof rig>) => void)[] = [
      () => {},
      ({ net }) => net.line.fail(),
      ({ net }) => net.line.open(),
    ];
    for (const moment of moments) {
      const world = rig();
      world.client.setReconnectCallback(() => new Promise(() => {}));
      const connecting = world.client.connectWithRetry();
      moment(world);
      void world.client.stopReconnection();
      await expect(connecting).rejects.toMatchObject({ code: "stopped", message: "the reconnection was stopped" });
      expect([world.clock.pending, world.net.open, world.client.isReconnecting()]).toEqual([0, 0, false]);
    }
  });

  it("isReconnecting is never true: ours is, from the first dial and again from a drop", async () => {
    const { client, net } = rig();
    expect(client.isReconnecting()).toBe(false);
    const connecting = client.connectWithRetry();
    expect(client.isReconnecting()).toBe(true);
    net.line.open();
    await connecting;
    expect(client.isReconnecting()).toBe(false);
    net.line.end({ closeCode: 1006 });
    expect(client.isReconnecting()).toBe(true);
  });

  it("1001 means no reconnect, 1000 too: ours comes back from both", async () => {
    for (const closeCode of [1000, 1001]) {
      const { client, net, clock } = rig();
      const connecting = client.connectWithRetry();
      net.line.open();
      await connecting;
      net.line.end({ closeCode });
      clock.advance(5_000);
      expect([closeCode, net.lines.length]).toEqual([closeCode, 2]);
    }
  });

  it("no jitter, so it dials in lockstep: a thousand clients dropped at once do not dial in one second", async () => {
    const seconds = new Map<number, number>();
    for (let seed = 1; seed <= 1_000; seed++) {
      const { client, net, clock } = rig({ random: seededRandom(seed) });
      const connecting = client.connectWithRetry();
      net.line.open();
      await connecting;
      net.line.end({ closeCode: 1006 });
      let waitedMs = 0;
      for (; net.lines.length === 1 && waitedMs < 10_000; waitedMs += 100) clock.advance(100);
      const second = Math.floor(waitedMs / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect(Math.max(...seconds.values())).toBeLessThan(300);
  });

  it("closing the socket one was handed is stopping", async () => {
    const { client, net } = rig();
    const connecting = client.connectWithRetry();
    net.line.open();
    const socket = await connecting;
    socket.close(1000, "bye");
    expect([net.line.closes, client.isReconnecting()]).toEqual([[1000], false]);
  });

  it("a signal at a call rejects that call, and stops the client where nobody else waits", async () => {
    const { client, net } = rig();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = client.connectWithRetry({ signal: one.signal });
    const second = client.connectWithRetry({ signal: other.signal });
    one.abort();
    await expect(first).rejects.toMatchObject({ code: "stopped" });
    expect(client.isReconnecting()).toBe(true);
    other.abort();
    await expect(second).rejects.toMatchObject({ code: "stopped" });
    expect([client.isReconnecting(), net.open]).toEqual([false, 0]);
    await expect(client.connectWithRetry({ signal: one.signal })).rejects.toMatchObject({ code: "stopped" });
  });

  it("a signal at construction stops it for good", async () => {
    const aborter = new AbortController();
    const { client, net } = rig({ signal: aborter.signal });
    const connecting = client.connectWithRetry();
    net.line.open();
    await connecting;
    aborter.abort();
    expect(net.line.closes).toEqual([1000]);
    await expect(client.connectWithRetry()).rejects.toMatchObject({ code: "stopped" });
  });

  it("a refused token is renewed, and the next dial carries the new one", async () => {
    const { client, net, clock } = rig({ refreshToken: async () => "fresh" });
    const connecting = client.connectWithRetry();
    net.line.end({ status: 401 });
    clock.advance(5_000);
    await settle();
    expect(net.line.target.headers).toEqual({ Authorization: "Bearer fresh" });
    net.line.open();
    await expect(connecting).resolves.toBeDefined();
  });

  it("attempts go on from where they were until a connection lasted 60 s; reset begins anew", async () => {
    const { client, net, clock } = rig();
    const connecting = client.connectWithRetry();
    net.line.fail();
    clock.advance(1_500);
    net.line.open();
    await connecting;
    expect(client.getCurrentStatus().attempts).toBe(1);
    client.reset();
    expect(client.getCurrentStatus()).toEqual({ attempts: 0, maxRetries: 10, nextDelayMs: 1_000 });
  });

  it("numbers that would never dial, or without a pause, are refused", () => {
    const { client } = rig();
    for (const retries of [-1, 1.5, Number.NaN]) expect(() => client.setMaxRetries(retries)).toThrow(RangeError);
    for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => client.setDelays(ms, 1)).toThrow(RangeError);
    expect(() => rig({ servers: ["wss://other.test/ws"] })).toThrow(/all must be/);
  });
});
