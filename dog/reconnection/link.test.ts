import { afterEach, describe, expect, it } from "vitest";
import { ScriptedDial } from "#dog/testing/scripted-dial.ts";
import type { LinkNotice, LinkPolicy } from "#lib/link/link-state.ts";
import type { OutageRecord } from "#lib/link/outage-record.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { Link, type LinkPorts } from "./link.ts";

const A = "ws://a.test/ws";
const B = "ws://b.test/ws";
const POLICY: LinkPolicy = { schedule: leashSchedule(), canRefresh: true, giveUp: false, stableMs: 60_000 };

function rig(ports: Partial<LinkPorts> = {}, servers: readonly [string, ...string[]] = [A, B]) {
  const clock = new FakeClock();
  const net = new ScriptedDial();
  const notices: LinkNotice[] = [];
  const outages: (OutageRecord | null)[] = [];
  const messages: string[] = [];
  const hooks = { onNotice: (_notice: LinkNotice) => {} };
  const link = new Link(
    { servers, policy: POLICY, watchdogMs: 45_000, target: (url) => ({ url }) },
    { clock, random: seededRandom(1), ...net, dial: net.dial, pollHealth: net.pollHealth, ...ports },
    {
      opened: (_socket, outage) => outages.push(outage),
      message: (text) => messages.push(text),
      notice: (notice) => {
        notices.push(notice);
        hooks.onNotice(notice);
      },
    },
  );
  const comeUp = () => {
    link.start();
    for (let tries = 0; link.state.status !== "dialing" && tries < 100; tries++) clock.advance(1_000);
    net.line.open();
    link.accepted();
    return net.line;
  };
  const of = (type: LinkNotice["type"]) => notices.filter((notice) => notice.type === type);
  rigs.push({ link, net });
  return { clock, net, link, notices, outages, messages, hooks, comeUp, of };
}
const rigs: { link: Link; net: ScriptedDial }[] = [];

afterEach(() => {
  for (const { link, net } of rigs.splice(0)) {
    void link.stop();
    expect(net.overlaps).toBe(0);
    expect(net.open).toBe(0);
  }
});

describe("D24: the watchdog", () => {
  it("a half-open link is never noticed (a pong clears the deadline): ours ends after 45 s without a byte", () => {
    const { clock, link, net, comeUp, of } = rig();
    const line = comeUp();
    clock.advance(44_000);
    line.hear();
    clock.advance(44_999);
    expect(link.state.status).toBe("up");
    clock.advance(1);
    expect(of("disconnected")).toEqual([
      { type: "disconnected", reason: "network_timeout", error: "nothing heard for 45000 ms" },
    ]);
    expect(line.closes).toEqual(["terminate"]);
    clock.advance(5_000);
    expect(net.urls).toEqual([A, A]);
  });

  it("any frame counts, a message as well", () => {
    const { clock, link, comeUp, messages } = rig();
    const line = comeUp();
    for (let minute = 0; minute < 10; minute++) {
      clock.advance(40_000);
      line.receive(`${minute}`);
    }
    expect([link.state.status, messages.length]).toEqual(["up", 10]);
  });

  it("a timer that was held up with the whole process kills no line whose bytes wait to be read", () => {
    const late = new HeldUpClock();
    const { link, comeUp, net } = rig({ clock: late });
    comeUp();
    late.heldUpMs = 60_000;
    late.advance(45_000);
    late.heldUpMs = 0;
    expect(link.state.status).toBe("up");
    net.line.hear();
    late.advance(44_000);
    expect(link.state.status).toBe("up");
    late.advance(2_000);
    expect(link.state.status).toBe("waiting");
  });
});

/** Its monotonic time may be further on than its timers say. */
class HeldUpClock extends FakeClock {
  heldUpMs = 0;
  override monotonic(): number {
    return super.monotonic() + this.heldUpMs;
  }
}

describe("D26: one line, one timer, one owner", () => {
  it("two reconnects at once after a failed heartbeat and a failed read: ours is one, whoever notices first", () => {
    const { clock, link, net, comeUp, of } = rig();
    const line = comeUp();
    const socket = link.socket;
    link.fail(new Error("the heartbeat was not answered"));
    link.fail(new Error("again"));
    line.end({ closeCode: 1006 });
    socket?.terminate();
    expect(of("disconnected")).toHaveLength(1);
    clock.advance(5_000);
    expect(net.lines).toHaveLength(2);
  });

  it("is told of an outage with the servers it tried, until a login is acknowledged", () => {
    const { clock, link, net, comeUp, outages } = rig();
    comeUp().end({ closeCode: 1006 });
    clock.advance(5_000);
    net.line.fail();
    clock.advance(1_500);
    net.line.open();
    link.accepted(false);
    const first = outages.at(-1);
    expect(first).toMatchObject({ dials: 2, servers: [A, B] });
    expect(first?.delaysMs).toHaveLength(2);
    clock.advance(1_000);
    net.line.end({ closeCode: 1006 });
    clock.advance(5_000);
    net.line.open();
    expect(outages.at(-1)).toMatchObject({ id: first?.id, dials: 3, beganAt: (first?.beganAt ?? 0) + 1_000 });
    link.accepted();
    expect(link.state.outage).toBeNull();
  });
});

describe("D25: stopping", () => {
  it("Stop sends no close frame: ours says 1000, and resolves once the socket is gone", async () => {
    const { clock, link, comeUp } = rig();
    const line = comeUp();
    let isStopped = false;
    const stopped = link.stop().then(() => {
      isStopped = true;
    });
    expect([line.closes, clock.pending, link.socket]).toEqual([[1000], 0, null]);
    await Promise.resolve();
    expect(isStopped).toBe(false);
    line.end({ closeCode: 1000 });
    await stopped;
  });

  it("stopped at any moment it leaves no timer, no line and no question, and late answers move nothing", async () => {
    let aborted = false;
    const refreshToken = (signal: AbortSignal) =>
      new Promise<void>(() => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
      });
    const moments: ((world: ReturnType<typeof rig>) => void)[] = [
      () => {},
      ({ net }) => net.line.open(),
      ({ net, link }) => {
        net.line.open();
        link.accepted();
      },
      ({ net }) => net.line.fail(),
      ({ net, clock }) => {
        net.line.end({ status: 503 });
        clock.advance(6_000);
      },
      ({ net, clock }) => {
        net.line.end({ status: 401 });
        clock.advance(5_000);
      },
    ];
    for (const [index, moment] of moments.entries()) {
      const world = rig({ refreshToken });
      world.link.start();
      moment(world);
      const { status } = world.link.state;
      void world.link.stop();
      world.net.line.end();
      for (const poll of world.net.polls) poll.answer(true);
      expect([index, status, world.clock.pending, world.net.open]).toEqual([index, status, 0, 0]);
      expect(world.link.state.status).toBe("resting");
      expect(world.notices.at(-1)).toEqual({ type: "stopped" });
    }
    await Promise.resolve();
    expect(aborted).toBe(true);
  });

  it("a listener may stop it from within a step", async () => {
    for (const type of ["connecting", "disconnected", "retrying", "connected"] as const) {
      const { link, hooks, clock, net, comeUp } = rig();
      let stopped: Promise<void> | undefined;
      hooks.onNotice = (notice) => {
        if (notice.type === type) stopped ??= link.stop();
      };
      try {
        comeUp().end({ closeCode: 1006 });
      } catch {
        // Stopped while connecting, it has dialed nothing.
      }
      for (const line of net.lines) line.end();
      await stopped;
      expect([type, link.state.status, clock.pending, net.open]).toEqual([type, "resting", 0, 0]);
    }
  });
});

describe("D21: where a link dials", () => {
  it("a server that cannot be reached is left for the next, one that drops a session is sought first", () => {
    const { clock, link, net, comeUp } = rig();
    comeUp().end({ closeCode: 1006 });
    clock.advance(5_000);
    net.line.fail();
    clock.advance(1_500);
    net.line.end({ status: 503 });
    expect(net.urls).toEqual([A, A, B]);
    expect(link.server).toBe(A);
  });

  it("a drain moves on, and asks the other server for its health; a refused token stays", () => {
    const { clock, net, link, comeUp } = rig();
    comeUp().end({ closeCode: 1012 });
    clock.advance(6_000);
    expect(net.polls.map(({ url }) => url)).toEqual([B]);
    net.polls[0]?.answer(true);
    clock.advance(10_000);
    expect(net.urls.at(-1)).toBe(B);
    net.line.end({ status: 401 });
    expect(link.server).toBe(B);
  });

  it("a server that alone refuses every token strands no dog: after five tries it asks the others", () => {
    const { clock, net, link } = rig();
    link.start();
    for (let dial = 0; dial < 6; dial++) {
      expect(link.server).toBe(A);
      net.line.end({ status: 401 });
      clock.advance(5_000);
    }
    expect(link.server).toBe(B);
    clock.advance(360_000);
    expect(net.urls).toEqual([A, A, A, A, A, A, B]);
    net.line.end({ status: 401 });
    expect(link.server).toBe(A);
  });

  it("another network: the primary, at once, whatever was learned on the last one", () => {
    const { clock, net, link, comeUp } = rig();
    comeUp().end({ closeCode: 1006 });
    clock.advance(5_000);
    net.line.fail();
    link.networkChanged();
    expect(net.urls).toEqual([A, A, A]);
  });

  it("a new list holds from the next dial on", () => {
    const { clock, net, link, comeUp } = rig();
    comeUp();
    link.setServers(["ws://c.test/ws", B]);
    expect([link.server, link.state.status]).toEqual([A, "up"]);
    net.line.end({ closeCode: 1006 });
    clock.advance(5_000);
    expect(net.urls).toEqual([A, "ws://c.test/ws"]);
  });
});

describe("D29: a server that lets a dog in and does not keep it", () => {
  const flap = ({ clock, net, link }: ReturnType<typeof rig>, closeCode: number, lastsMs = 1_000) => {
    for (let seconds = 0; link.state.status !== "dialing" && seconds < 400; seconds++) clock.advance(1_000);
    net.line.open();
    link.accepted();
    for (let ms = 0; ms < lastsMs; ms += 1_000) {
      clock.advance(1_000);
      net.line.hear();
    }
    net.line.end({ closeCode });
  };
  const dialed = (world: ReturnType<typeof rig>) => {
    for (let seconds = 0; world.link.state.status !== "dialing" && seconds < 400; seconds++) world.clock.advance(1_000);
    return world.net.urls.at(-1);
  };

  it("is left after three sessions in a row, whatever the network's cause", () => {
    const world = rig();
    world.link.start();
    flap(world, 1006);
    flap(world, 1001);
    expect(dialed(world)).toBe(A);
    flap(world, 1006);
    expect(dialed(world)).toBe(B);
  });

  it("a stable session in between, the operator's force and a revocation do not count", () => {
    const world = rig();
    world.link.start();
    for (const [code, lastsMs] of [
      [1006, 1_000],
      [1006, 1_000],
      [1006, 61_000],
      [1006, 1_000],
      [4000, 1_000],
      [4000, 1_000],
      [4501, 1_000],
      [1006, 1_000],
    ] as const)
      flap(world, code, lastsMs);
    expect(new Set([...world.net.urls, dialed(world)])).toEqual(new Set([A]));
  });

  it("with one server not a dial moves", () => {
    const world = rig({}, [A]);
    world.link.start();
    for (let session = 0; session < 12; session++) flap(world, 1006);
    expect(world.net.urls).toEqual(Array(12).fill(A));
    // 12 s up, a first delay, and the steps of the ten early ends after the first: 1, 2, 4, 8, 16 and five of 30 s.
    const leastMs = 12 * 1_000 + 31_000 + 5 * 30_000;
    expect(world.clock.monotonic()).toBeGreaterThan(leastMs);
    expect(world.clock.monotonic()).toBeLessThan(leastMs * 1.5 + 20_000);
  });
});

describe("D22: the way back to the primary", () => {
  function onBackup() {
    const world = rig();
    world.link.start();
    world.net.line.fail();
    world.clock.advance(1_500);
    world.net.line.open();
    world.link.accepted();
    return world;
  }
  /** A minute in which the line is not silent and the primary answers. */
  function minute({ clock, net }: ReturnType<typeof rig>, healthy: boolean) {
    for (let half = 0; half < 2; half++) {
      clock.advance(30_000);
      net.line.hear();
    }
    for (const poll of net.polls) poll.answer(healthy);
  }

  it("once the primary was healthy for 3 min it goes back within a minute, with a goodbye to the backup", () => {
    const world = onBackup();
    const { clock, net } = world;
    const beganAt = clock.monotonic();
    for (let seconds = 0; seconds < 600 && net.lines.length === 2; seconds++) {
      clock.advance(1_000);
      net.line.hear();
      for (const poll of net.polls) poll.answer(true);
    }
    const tookMs = clock.monotonic() - beganAt;
    expect(tookMs).toBeGreaterThan(180_000);
    expect(tookMs).toBeLessThan(90_000 + 240_000 + 60_000);
    expect(net.polls.every(({ url }) => url === A)).toBe(true);
    expect(net.urls).toEqual([A, B, A]);
    const [, backup] = net.lines;
    expect(backup?.closes).toEqual([1001]);
  });

  it("a primary that is not healthy is left alone, for ever", () => {
    const world = onBackup();
    for (let minutes = 0; minutes < 200; minutes++) minute(world, minutes % 3 !== 0);
    expect(world.net.urls).toEqual([A, B]);
  });

  it("a fleet does not return in one second", () => {
    const returns = new Set<number>();
    for (let seed = 1; seed <= 50; seed++) {
      const clock = new FakeClock();
      const world = rig({ clock, random: seededRandom(seed) });
      world.link.start();
      world.net.line.fail();
      clock.advance(1_500);
      world.net.line.open();
      world.link.accepted();
      let seconds = 0;
      for (; seconds < 600 && world.net.urls.length === 2; seconds++) {
        clock.advance(1_000);
        world.net.line.hear();
        for (const poll of world.net.polls.splice(0)) poll.answer(true);
      }
      returns.add(seconds);
    }
    expect(returns.size).toBeGreaterThan(25);
  });
});

describe("D23: names and addresses", () => {
  it("fallback IP breaks TLS name: the URL stays, the address goes beside it, the next one after a failure", async () => {
    const resolve = async () => ["192.0.2.1", "192.0.2.2"];
    const { clock, net, link } = rig({ resolve }, ["wss://gateway.test/ws"]);
    const settle = () => new Promise<void>((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
    link.start();
    await settle();
    net.line.fail("ETIMEDOUT");
    clock.advance(1_500);
    await settle();
    expect(net.lines.map(({ target }) => [target.url, target.address])).toEqual([
      ["wss://gateway.test/ws", "192.0.2.1"],
      ["wss://gateway.test/ws", "192.0.2.2"],
    ]);
  });

  it("a name that does not resolve is a failed dial, one that never answers too; an address needs no resolver", async () => {
    const failing = rig({ resolve: async () => Promise.reject(new Error("no DNS")) });
    failing.link.start();
    await new Promise<void>((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
    expect(failing.of("dial_failed")).toMatchObject([{ error: "no DNS" }]);
    const silent = rig({ resolve: () => new Promise(() => {}) });
    silent.link.start();
    silent.clock.advance(11_000);
    expect(silent.of("dial_failed")).toMatchObject([{ reason: "network_timeout" }]);
    const literal = rig({ resolve: () => new Promise(() => {}) }, ["ws://127.0.0.1:8080/ws"]);
    literal.link.start();
    expect(literal.net.lines).toHaveLength(1);
  });
});
