import { createSocket } from "node:dgram";
import { once } from "node:events";
import Bonjour from "bonjour-service";
import { afterEach, describe, expect, it } from "vitest";
import { findServers } from "#dog/discovery/find-servers.ts";
import { createMdnsBrowse } from "#dog/discovery/mdns-browse.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { SERVICE_TYPE } from "#lib/discovery/service-record.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
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
/** Longer than the library's own asking whether a name is taken. */
const LISTEN_MS = 2_000;

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
  const next = async (event: "up" | "down" | "srv-update") => {
    const [service] = await once(browser, event);
    return service as { name: string; addresses: string[] };
  };
  return { next };
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
    const { next } = listen(multicast);
    const up = next("up");
    await announce(multicast, { host: "192.0.2.77" });
    expect((await up).addresses.filter((address) => address !== "192.0.2.77")).toEqual([]);
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
    expect((await find(multicast, { allowInsecure: true, durationMs: 1_200 })).servers).toEqual([]);
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
