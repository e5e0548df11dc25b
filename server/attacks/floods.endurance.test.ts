import { setTimeout as pass } from "node:timers/promises";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { frame, HEARTBEAT } from "./malformed-frames.ts";

const ATTACKERS = 20;
const FLOOD_MS = 3_000;
const MOST_GROWTH_MB = 50;
/** The goal. On the reference machine the floods below cause 20 to 140 ms, a busy one adds as much. */
const MOST_LAG_MS = 250;
const MOST_LOGIN_MS = 2_000;
/** An attack is over in a second or three, of which the 99th percentile is the longest pause or two, the machine's own among them. */
const WINDOWS = 3;
const MIB = 1024 * 1024;

let gateway: AttackedGateway;
const dogs: RawDog[] = [];

beforeEach(async () => {
  gateway = await startAttackedGateway();
  // What a gateway at work has compiled and allocated already is no growth of an attack.
  for (let i = 0; i < 20; i++) await gateway.loginMs(`early-${i}`);
});
afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  await gateway.stop();
});

/** Sockets that got in; `loggedIn` ones are dogs gone bad. Those of an earlier attack are let go. */
async function attackers(loggedIn: boolean): Promise<readonly RawDog[]> {
  for (const dog of dogs.splice(0)) dog.stop();
  const opened = Array.from({ length: ATTACKERS }, async (_, i) => {
    const dog = new RawDog(gateway.port);
    dogs.push(dog);
    await dog.open(`/ws?token=${gateway.token}`);
    return loggedIn ? dog.login(`BAD-${i}`, gateway.token) : dog;
  });
  return Promise.all(opened);
}

/** Writes `block` over and over, as fast as the gateway takes it, until it ends the line or `FLOOD_MS` are over. */
async function flood(dog: RawDog, block: Buffer, mostBlocks = Number.POSITIVE_INFINITY): Promise<void> {
  const until = performance.now() + FLOOD_MS;
  const isOver = () => dog.ended || dog.closed || !dog.socket.writable || performance.now() > until;
  const room = new Set<() => void>();
  const wake = () => {
    for (const resolve of room) resolve();
    room.clear();
  };
  dog.socket.on("drain", wake);
  dog.socket.on("close", wake);
  dog.socket.on("end", wake);
  const watch = setInterval(wake, 100);
  for (let sent = 0; sent < mostBlocks && !isOver(); sent++) {
    if (!dog.socket.write(block)) await new Promise<void>((resolve) => room.add(resolve));
    else await new Promise((resolve) => setImmediate(resolve));
  }
  clearInterval(watch);
}

interface Seen {
  /** Close codes; 0 where the line just ended, -1 where it lives on. */
  readonly codes: readonly number[];
  readonly growthMb: number;
  readonly lagMs: number;
  readonly loginMs: number;
}

/** What the machine alone does to the event loop of a gateway that nobody attacks: the 99th percentile of a second (ms). */
async function quietLagMs(): Promise<number> {
  await gateway.lagP99Ms();
  await pass(1_000);
  return gateway.lagP99Ms();
}

/**
 * The same attack until the gateway stayed responsive under it, three times at most: memory and codes are those of all of them,
 * the pauses those of the last, less what a second without an attack had just before.
 */
async function attackedBy(attack: () => Promise<Seen>): Promise<Seen> {
  let seen = await attack();
  for (let window = 1; window < WINDOWS && (seen.lagMs >= MOST_LAG_MS || seen.loginMs >= MOST_LOGIN_MS); window++) {
    const quietMs = await quietLagMs();
    const { codes, growthMb } = seen;
    const next = await attack();
    seen = {
      codes: [...new Set([...codes, ...next.codes])].sort(),
      growthMb: Math.max(growthMb, next.growthMb),
      lagMs: Math.max(0, next.lagMs - quietMs),
      loginMs: next.loginMs,
    };
  }
  return seen;
}

/** Runs the attack on all sockets at once while a real dog logs in. */
async function during(
  sockets: readonly RawDog[],
  attack: (dog: RawDog, index: number) => Promise<void>,
): Promise<Seen> {
  const memory = gateway.watchMemory();
  await gateway.lagP99Ms();
  const done = Promise.all(sockets.map(attack));
  const loginMs = await gateway.loginMs("meanwhile");
  await done;
  const lagMs = await gateway.lagP99Ms();
  memory.stop();
  const codes = sockets.map((dog) => dog.closeCode ?? (dog.ended || dog.closed ? 0 : -1));
  return { codes: [...new Set(codes)].sort(), growthMb: memory.growthMb(), lagMs, loginMs };
}

const figures = ({ codes, growthMb, lagMs, loginMs }: Seen) =>
  `codes ${codes.join(" ")}, memory +${growthMb.toFixed(0)} MB, lag p99 ${lagMs.toFixed(0)} ms, a login ${loginMs.toFixed(0)} ms`;
const many = (one: Buffer) => Buffer.concat(Array.from({ length: Math.floor(60_000 / one.length) }, () => one));

async function expectHarmless(seen: Seen): Promise<void> {
  expect(seen.growthMb, figures(seen)).toBeLessThan(MOST_GROWTH_MB);
  expect(seen.lagMs, figures(seen)).toBeLessThan(MOST_LAG_MS);
  expect(seen.loginMs, figures(seen)).toBeLessThan(MOST_LOGIN_MS);
  // The dogs of the test itself, and an attacker or two whose end is not seen yet.
  const remain = 20 + WINDOWS + 2;
  expect(
    await gateway.until(async () => (await gateway.metric('leash_size{of="connections"}')) <= remain, 10_000),
  ).toBeDefined();
  expect(await gateway.complaints()).toEqual([]);
}

describe("more than a message may hold", () => {
  const block = Buffer.alloc(MIB, "x");
  const HUGE: readonly [string, Buffer, Buffer][] = [
    ["one frame", frame({ opcode: 1, declared: 100 * MIB }), block],
    ["a binary frame", frame({ opcode: 2, declared: 100 * MIB }), block],
    [
      "fragments",
      frame({ opcode: 1, fin: false, payload: "x".repeat(60_000) }),
      frame({ opcode: 0, fin: false, payload: block }),
    ],
  ];

  it.each(HUGE)("G20: 20 times 100 MiB in %s: 1009, and no memory", async (_name, first, rest) => {
    const seen = await attackedBy(async () =>
      during(await attackers(false), async (dog) => {
        dog.socket.write(first);
        await flood(dog, rest, 100);
        await dog.until((one) => one.closeCode !== undefined || one.ended || one.closed);
      }),
    );
    expect(seen.codes, figures(seen)).toEqual([1009]);
    await expectHarmless(seen);
  });

  it("G20: 20 deflate bombs of 102 KB for 100 MiB: no extension was agreed on, 1002, and no memory", async () => {
    const bomb = deflateRawSync(Buffer.alloc(100 * MIB), { level: 9 });
    expect(bomb.length).toBeLessThan(110_000);
    const seen = await attackedBy(async () => {
      const sockets = await attackers(false);
      for (const dog of sockets) expect(dog.text.toLowerCase()).not.toContain("extensions");
      return during(sockets, async (dog) => {
        dog.socket.write(frame({ opcode: 1, rsv: 4, payload: bomb }));
        await dog.until((one) => one.closeCode !== undefined || one.ended || one.closed);
      });
    });
    expect(seen.codes, figures(seen)).toEqual([1002]);
    await expectHarmless(seen);
  });
});

describe("more frames than a dog may send", () => {
  it("G21: 20 messages of 20,000 fragments each: 1008", async () => {
    const fragments = Buffer.concat(
      Array.from({ length: 20_000 }, () => frame({ opcode: 0, fin: false, payload: "x" })),
    );
    const seen = await attackedBy(async () =>
      during(await attackers(false), async (dog) => {
        dog.frame(0x1, "x", false);
        dog.socket.write(fragments);
        await dog.until((one) => one.closeCode !== undefined || one.ended || one.closed);
      }),
    );
    expect(seen.codes, figures(seen)).toEqual([1008]);
    await expectHarmless(seen);
  });

  const FLOODS: readonly [string, Buffer, { loggedIn: boolean; reads: boolean; codes: readonly number[] }][] = [
    [
      "fragments without end",
      frame({ opcode: 0, fin: false, payload: "x" }),
      { loggedIn: false, reads: true, codes: [1002] },
    ],
    ["messages of 63 fragments", fragmented(63), { loggedIn: true, reads: true, codes: [0, 1008, 4103] }],
    ["pings of strangers", frame({ opcode: 9 }), { loggedIn: false, reads: true, codes: [0, 1008] }],
    [
      "pings of dogs",
      frame({ opcode: 9, payload: "x".repeat(125) }),
      { loggedIn: true, reads: true, codes: [0, 1008] },
    ],
    [
      "pings of dogs that never read",
      frame({ opcode: 9, payload: "x".repeat(125) }),
      { loggedIn: true, reads: false, codes: [0, 1008] },
    ],
    ["pongs", frame({ opcode: 10 }), { loggedIn: true, reads: true, codes: [0, 1008] }],
    ["heartbeats", frame({ opcode: 1, payload: HEARTBEAT }), { loggedIn: true, reads: true, codes: [0, 1008] }],
    [
      "heartbeats of dogs that never read",
      frame({ opcode: 1, payload: HEARTBEAT }),
      { loggedIn: true, reads: false, codes: [0, 1008] },
    ],
    ["empty texts", frame({ opcode: 1 }), { loggedIn: false, reads: true, codes: [0, 1008, 4103] }],
    [
      "texts of 64 KiB",
      frame({ opcode: 1, payload: Buffer.alloc(65_536, "[") }),
      { loggedIn: false, reads: true, codes: [0, 1008, 4103] },
    ],
  ];

  it.each(FLOODS)(
    "G21: 20 floods of %s end, and the others are served meanwhile",
    async (_name, one, { loggedIn, reads, codes }) => {
      const block = one.length > 60_000 ? one : many(one);
      const seen = await attackedBy(async () =>
        during(await attackers(loggedIn), async (dog) => {
          if (!reads) dog.socket.pause();
          await flood(dog, block);
          if (!reads) dog.socket.resume();
          await dog.until((other) => other.closeCode !== undefined || other.ended || other.closed);
        }),
      );
      expect(
        seen.codes.filter((code) => !codes.includes(code)),
        figures(seen),
      ).toEqual([]);
      await expectHarmless(seen);
    },
  );

  it("G21: 20 messages that come octet by octet end with 1008 or are answered", async () => {
    const text = frame({ opcode: 1, payload: Buffer.alloc(12_000, " ") });
    const seen = await attackedBy(async () =>
      during(await attackers(true), async (dog) => {
        dog.socket.setNoDelay(true);
        const before = dog.received.length;
        for (let at = 0; at < text.length && !dog.ended && !dog.closed && dog.closeCode === undefined; at++) {
          dog.socket.write(text.subarray(at, at + 1));
          await new Promise((resolve) => setImmediate(resolve));
        }
        await dog.until((one) => one.received.length > before || one.ended || one.closed);
      }),
    );
    expect(
      seen.codes.filter((code) => ![-1, 1008].includes(code)),
      figures(seen),
    ).toEqual([]);
    expect(seen.growthMb, figures(seen)).toBeLessThan(MOST_GROWTH_MB);
    expect(seen.lagMs, figures(seen)).toBeLessThan(MOST_LAG_MS);
    expect(await gateway.complaints()).toEqual([]);
  });
});

function fragmented(parts: number): Buffer {
  const frames = Array.from({ length: parts }, (_, i) =>
    frame({ opcode: i === 0 ? 1 : 0, fin: i === parts - 1, payload: "x" }),
  );
  return Buffer.concat(frames);
}
