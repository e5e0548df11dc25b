import { createSocket } from "node:dgram";
import { once } from "node:events";
import Bonjour from "bonjour-service";
import { afterEach, describe, expect, it } from "vitest";
import { findServers } from "#dog/discovery/find-servers.ts";
import { createMdnsBrowse } from "#dog/discovery/mdns-browse.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { SERVICE_TYPE } from "#lib/discovery/service-record.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { GatewayRig } from "#server/testing/gateway-rig.ts";
import { type Announcement, type AnnounceOptions, announceGateway } from "./announce.ts";
import type { GatewayPlace } from "./announced-service.ts";

const PLACE: GatewayPlace = {
  host: "0.0.0.0",
  port: 8_080,
  publicUrl: undefined,
  gatewayName: "hall-3",
  version: "0.1.0",
};
/** Long enough for an answer from a process that is as busy as a machine with two cores gets. */
const LISTEN_MS = 1_500;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Multicast that does not leave this machine, on a port nobody else uses. */
async function loopback() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return { port, interface: "127.0.0.1", bind: "0.0.0.0" };
}

type Multicast = Awaited<ReturnType<typeof loopback>>;

async function announce(
  multicast: Multicast,
  place: Partial<GatewayPlace> = {},
  more: Partial<AnnounceOptions> = {},
): Promise<Announcement & { warnings: string[] }> {
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (_fields: object, message: string) => void warnings.push(message) };
  const options = { place: { ...PLACE, ...place }, clock: systemClock, random: () => 0.5, log, multicast, ...more };
  const { withdraw } = await announceGateway(options);
  cleanups.push(withdraw);
  return { withdraw, warnings };
}

const find = (multicast: Multicast, more = {}) =>
  findServers({ browse: createMdnsBrowse({ clock: systemClock, multicast }), durationMs: LISTEN_MS, ...more });

/** What a listener that stays hears, as it hears it. */
function listen(multicast: Multicast) {
  const bonjour = new Bonjour(multicast);
  cleanups.push(() => new Promise<void>((resolve) => bonjour.destroy(resolve)));
  const browser = bonjour.find({ type: SERVICE_TYPE });
  const next = async (event: "up" | "down") => {
    const [service] = await once(browser, event);
    return service as { name: string };
  };
  return { next };
}

/** A stranger on the network: hears what is said there and says what it likes. */
async function stranger({ port, interface: address }: Multicast) {
  const GROUP = "224.0.0.251";
  const socket = createSocket({ type: "udp4", reuseAddr: true }).bind(port);
  cleanups.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  await once(socket, "listening");
  socket.addMembership(GROUP, address);
  socket.setMulticastInterface(address);
  const heard: Buffer[] = [];
  socket.on("message", (packet) => heard.push(packet));
  return {
    heard,
    hears: () => once(socket, "message"),
    say: (packet: Buffer) => new Promise<void>((resolve) => socket.send(packet, port, GROUP, () => resolve())),
  };
}

/** A few bytes changed, or cut short. */
function damaged(packet: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(packet);
  for (let i = 0; i < 1 + random() * 6; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return random() < 0.1 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}

describe("a gateway that announces itself", () => {
  it("D68: is found, with its path, name and version, before the static servers", async () => {
    const multicast = await loopback();
    await announce(multicast);
    const found = await find(multicast, { allowInsecure: true, staticServers: ["ws://203.0.113.10/ws"] });
    expect(found.ignored).toEqual([]);
    expect(found.servers).toEqual([
      {
        url: expect.stringMatching(/^ws:\/\/[0-9a-f.:[\]]+:8080\/ws$/),
        source: "mdns",
        gateway: "hall-3",
        version: "0.1.0",
        addresses: [],
      },
      expect.objectContaining({ url: "ws://203.0.113.10/ws", source: "static" }),
    ]);
  });

  it("D68: two of them, one behind TLS: the dog that demands it takes that one alone", async () => {
    const multicast = await loopback();
    await announce(multicast);
    const publicUrl = "wss://leash.example.com:8443/ws";
    await announce(multicast, { host: "127.0.0.1", publicUrl, gatewayName: "hall-4" }, { random: () => 0.1 });
    const found = await find(multicast, { staticServers: ["wss://leash.example.com/ws"] });
    expect(found.servers.map(({ url, gateway }) => [url, gateway])).toEqual([
      [publicUrl, "hall-4"],
      ["wss://leash.example.com/ws", null],
    ]);
    expect(found.ignored).toEqual([expect.stringMatching(/^hall-3-i000: ws:.* is not wss/)]);
  });

  it("D68: bound to one address it is announced at that one alone", async () => {
    const multicast = await loopback();
    await announce(multicast, { host: "192.0.2.77" });
    const { servers } = await find(multicast, { allowInsecure: true });
    expect(servers.map(({ url }) => url)).toEqual(["ws://192.0.2.77:8080/ws"]);
  });

  it("D65: thousands of damaged packets end neither the gateway nor the dog that listens", async () => {
    const multicast = await loopback();
    const { heard, hears, say } = await stranger(multicast);
    const first = hears();
    await announce(multicast);
    await first;
    const finding = find(multicast, { allowInsecure: true, durationMs: 1_500 });
    await hears();
    const [announced, question] = heard.slice(-2);
    if (!announced || !question) throw new Error("the stranger heard nothing");
    const random = seededRandom(7);
    for (let i = 0; i < 3_000; i++) await say(damaged(i % 3 === 0 ? question : announced, random));
    expect((await finding).servers.length).toBeLessThanOrEqual(32);
    const { servers } = await find(multicast, { allowInsecure: true });
    expect(servers.map(({ gateway }) => gateway)).toContain("hall-3");
  });

  it("D69: says goodbye when it leaves, once, and is not found any more", async () => {
    const multicast = await loopback();
    const { next } = listen(multicast);
    const up = next("up");
    const { withdraw, warnings } = await announce(multicast);
    const { name } = await up;
    const down = next("down");
    await Promise.all([withdraw(), withdraw()]);
    expect((await down).name).toBe(name);
    expect((await find(multicast, { allowInsecure: true, durationMs: 300 })).servers).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it("D69: withdrawn before it was ever heard, it is gone and leaves no timer", async () => {
    const multicast = await loopback();
    const clock = new FakeClock();
    const { withdraw } = await announce(multicast, {}, { clock });
    await withdraw();
    expect(clock.pending).toBe(0);
    expect((await find(multicast, { allowInsecure: true, durationMs: 500 })).servers).toEqual([]);
  });

  it("D69: announced anew within 30 s when the machine's addresses change", async () => {
    const multicast = await loopback();
    const clock = new FakeClock();
    let addresses = "192.168.1.5";
    const { next } = listen(multicast);
    const up = next("up");
    await announce(multicast, {}, { clock, addresses: () => addresses });
    await up;
    clock.advance(60_000);
    const [down, again] = [next("down"), next("up")];
    addresses = "192.168.1.6";
    clock.advance(30_000);
    expect((await down).name).toBe((await again).name);
  });

  it("D67: bound to loopback it warns once and announces nothing", async () => {
    const multicast = await loopback();
    const { warnings } = await announce(multicast, { host: "127.0.0.1" });
    expect(warnings).toEqual([expect.stringMatching(/announces nothing: bound to loopback/)]);
    expect((await find(multicast, { allowInsecure: true, durationMs: 300 })).servers).toEqual([]);
  });

  it("D67: a port it may not have is one warning here, one line there, and nobody's end", async () => {
    const multicast = await loopback();
    const holder = createSocket("udp4").bind({ port: multicast.port, address: "0.0.0.0", exclusive: true });
    cleanups.push(() => new Promise<void>((resolve) => holder.close(() => resolve())));
    await once(holder, "listening");
    const { withdraw, warnings } = await announce(multicast);
    const found = await find(multicast, { staticServers: ["ws://203.0.113.10/ws"] });
    expect(found.servers).toHaveLength(1);
    expect(found.ignored).toEqual([expect.stringMatching(/^discovery: .*EADDRINUSE/)]);
    expect(warnings).toEqual([expect.stringMatching(/announcement by mDNS fails/)]);
    await withdraw();
  });

  it("D67: the process announces where MDNS=1 says so; on loopback that is one warning, and it drains as ever", async () => {
    const rig = await GatewayRig.create();
    cleanups.push(() => rig.close());
    const gateway = await rig.start({ MDNS: "1" });
    expect(await rig.stop()).toBe(0);
    expect(gateway.stdout().match(/announces nothing: bound to loopback/g)).toHaveLength(1);
  });
});
