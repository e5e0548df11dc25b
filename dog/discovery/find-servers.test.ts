import { describe, expect, it } from "vitest";
import { ServerListError } from "#dog/servers/server-list.ts";
import type { DiscoveredService } from "./browse.ts";
import { announcedAddresses, type FindServersOptions, findServers } from "./find-servers.ts";

const PLAIN: DiscoveredService = {
  name: "gw-1",
  host: "gw-1.local",
  port: 8080,
  addresses: ["fe80::1", "192.168.1.5", "10.0.0.5"],
  from: "10.0.0.5",
  text: { path: "/ws", tls: "0", version: "0.1.0", gateway: "gw-1" },
};
const SECURE: DiscoveredService = {
  ...PLAIN,
  name: "gw-2",
  host: "dog-api.example.com.",
  port: 443,
  text: { ...PLAIN.text, tls: "1", gateway: "gw-2" },
};
const STATIC = "wss://dog-api.example.com/ws";

const find = (heard: readonly DiscoveredService[], options: FindServersOptions = {}) =>
  findServers({ browse: () => Promise.resolve(heard), ...options });
const urlsOf = async (heard: readonly DiscoveredService[], options: FindServersOptions = {}) =>
  (await find(heard, options)).servers.map(({ url }) => url);

describe("finding servers", () => {
  it("D63: discovered ones first, then the static ones, each once", async () => {
    const other = { ...PLAIN, name: "gw-3", addresses: ["192.168.1.6"] };
    const staticServers = ["ws://192.168.1.6:8080/ws", "ws://203.0.113.10/ws"];
    const found = await find([PLAIN, PLAIN, other], { staticServers, allowInsecure: true });
    expect(found).toEqual({
      servers: [
        { url: "ws://10.0.0.5:8080/ws", source: "mdns", gateway: "gw-1", version: "0.1.0", addresses: [] },
        { url: "ws://192.168.1.6:8080/ws", source: "mdns", gateway: "gw-1", version: "0.1.0", addresses: [] },
        { url: "ws://203.0.113.10/ws", source: "static", gateway: null, version: null, addresses: [] },
      ],
      ignored: [],
    });
  });

  it("D63: it listens for two seconds, and not at all where discovery is off", async () => {
    const waits: number[] = [];
    const browse = (ms: number) => {
      waits.push(ms);
      return Promise.resolve([]);
    };
    expect((await findServers({ browse })).servers).toEqual([]);
    await findServers({ browse, durationMs: 500 });
    expect(waits).toEqual([2_000, 500]);
    expect((await findServers({ staticServers: [STATIC] })).servers.map(({ url }) => url)).toEqual([STATIC]);
  });

  it("D63: a browse that fails leaves the static servers and one line", async () => {
    const browse = () => Promise.reject(new Error("bind EADDRINUSE 0.0.0.0:5353"));
    const found = await findServers({ browse, staticServers: [STATIC] });
    expect(found.servers).toHaveLength(1);
    expect(found.ignored).toEqual(["discovery: bind EADDRINUSE 0.0.0.0:5353"]);
  });

  it("D63: bad static servers are refused by name, before anything is heard", async () => {
    await expect(find([], { staticServers: [STATIC, "http://x"] })).rejects.toThrow(/^static servers\[1\]: /);
    await expect(find([], { staticServers: [STATIC, "ws://x"] })).rejects.toBeInstanceOf(ServerListError);
  });

  it.each<[string, Partial<DiscoveredService>, string]>([
    ["where the answer came from, if it is announced", {}, "ws://10.0.0.5:8080/ws"],
    ["an announced address, where a reflector answered", { from: "192.168.9.1" }, "ws://192.168.1.5:8080/ws"],
    ["IPv6 after IPv4", { addresses: ["2001:db8::5", "192.168.1.5"], from: null }, "ws://192.168.1.5:8080/ws"],
    ["IPv6 alone", { addresses: ["fe80::5", "2001:db8::5"], from: "fe80::5" }, "ws://[2001:db8::5]:8080/ws"],
    ["the sender, where no address is announced", { addresses: [], from: "127.0.0.1" }, "ws://127.0.0.1:8080/ws"],
    ["the one address it is bound to", { text: { address: "192.168.1.7" } }, "ws://192.168.1.7:8080/ws"],
    ["the usual path", { text: {} }, "ws://10.0.0.5:8080/ws"],
  ])("D64: it dials %s", async (_what, part, url) => {
    expect(await urlsOf([{ ...PLAIN, ...part }], { allowInsecure: true })).toEqual([url]);
  });

  it.each<[string, Partial<DiscoveredService>, RegExp]>([
    ["no port", { port: 0 }, /no port/],
    ["a port that is none", { port: 65_536 }, /no port/],
    ["no address", { addresses: ["fe80::1"], from: null }, /no address/],
    ["an address that is none", { addresses: ["evil.example/"], from: null }, /no address/],
    ["credentials in the path", { text: { path: "/ws?token=x" } }, /path that is none/],
    ["another host in the path", { text: { path: "//evil.example@/ws#" } }, /path that is none/],
    ["TLS without a name", { text: { tls: "1" }, host: "me@evil.example" }, /TLS without a host name/],
    ["TLS for an address", { text: { tls: "1" }, host: "10.0.0.5" }, /TLS without a host name/],
    ["a name of escape codes", { port: 0, name: "\u001b[2Jgw" }, /^\?\[2Jgw: announces no port$/],
  ])("D64: it ignores %s", async (_what, part, why) => {
    const { servers, ignored } = await find([{ ...PLAIN, ...part }], { allowInsecure: true });
    expect(servers).toEqual([]);
    expect(ignored).toEqual([expect.stringMatching(why)]);
  });
});

describe("a stranger on the network", () => {
  it("D65: cannot bring a dog from wss down to ws, allowed or not", async () => {
    for (const allowInsecure of [false, true]) {
      const { servers, ignored } = await find([PLAIN], { staticServers: [STATIC], allowInsecure });
      expect(servers.map(({ url }) => url)).toEqual([STATIC]);
      expect(ignored).toEqual(["gw-1: ws://10.0.0.5:8080/ws is not wss, as the static servers are"]);
    }
  });

  it("D65: cannot put in a server under a name of its own, even with a certificate for it", async () => {
    const evil = { ...SECURE, host: "evil.example" };
    for (const allowInsecure of [false, true]) {
      expect(await urlsOf([evil], { staticServers: [STATIC], allowInsecure })).toEqual([STATIC]);
    }
    expect(await urlsOf([evil], { staticServers: [STATIC], names: ["Evil.example"] })).toEqual([
      "wss://evil.example/ws",
      STATIC,
    ]);
  });

  it("D65: under a static server's name it may be elsewhere: the certificate is still asked for", async () => {
    const found = await find([{ ...SECURE, port: 8443 }], { staticServers: [STATIC] });
    expect(found.servers.map(({ url }) => url)).toEqual(["wss://dog-api.example.com:8443/ws", STATIC]);
    expect(announcedAddresses(found)).toEqual({ "dog-api.example.com": ["10.0.0.5", "192.168.1.5"] });
  });

  it("D65: without static servers nothing is used that the configuration does not allow", async () => {
    expect(await urlsOf([PLAIN, SECURE])).toEqual([]);
    expect(await urlsOf([PLAIN, SECURE], { names: ["dog-api.example.com"] })).toEqual(["wss://dog-api.example.com/ws"]);
    expect(await urlsOf([PLAIN], { staticServers: ["ws://203.0.113.10/ws"] })).toEqual(["ws://203.0.113.10/ws"]);
  });

  it("D65: the list is of one kind: the static servers', or wss where any was found", async () => {
    expect(await urlsOf([PLAIN, SECURE], { allowInsecure: true })).toEqual(["wss://dog-api.example.com/ws"]);
    const staticServers = ["ws://203.0.113.10/ws"];
    expect(await urlsOf([SECURE, PLAIN], { allowInsecure: true, staticServers })).toEqual([
      "ws://10.0.0.5:8080/ws",
      "ws://203.0.113.10/ws",
    ]);
  });
});
