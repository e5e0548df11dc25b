import { describe, expect, it } from "vitest";
import { NO_NETWORK, readNetwork } from "./network-type.ts";
import { type FakeInterface, FakeNetworkReader } from "./testing/fake-network-reader.ts";

const typeOf = (name: string, what: FakeInterface = {}) =>
  readNetwork(new FakeNetworkReader({ [name]: { metric: 100, ...what } })).type;

describe("the type of a network", () => {
  it.each<[string, FakeInterface, string]>([
    ["wlan0", {}, "wifi"],
    ["wlp2s0", {}, "wifi"],
    ["robot0", { has: ["wireless"] }, "wifi"],
    ["eth7", { has: ["phy80211"] }, "wifi"],
    ["robot0", { uevent: "DEVTYPE=wlan\nINTERFACE=robot0\nIFINDEX=3\n" }, "wifi"],
    ["robot0", { uevent: "DEVTYPE=wwan\nINTERFACE=robot0\nIFINDEX=3\n" }, "cellular"],
    ["wwan0", { type: "65534", operstate: "unknown" }, "cellular"],
    ["wwp0s20u4", { type: "65534" }, "cellular"],
    ["ppp0", { type: "512", operstate: "unknown" }, "cellular"],
    ["modem", { type: "519" }, "cellular"],
    ["rmnet_data0", { type: "65534" }, "cellular"],
    ["usb0", {}, "cellular"],
    ["eth0", {}, "ethernet"],
    ["enp3s0", {}, "ethernet"],
    ["br0", { uevent: "DEVTYPE=bridge\nINTERFACE=br0\n" }, "ethernet"],
    ["tun0", { type: "65534", operstate: "unknown" }, "unknown"],
  ])("D55: %s with %j is %s", (name, what, type) => {
    expect(typeOf(name, what)).toBe(type);
  });

  it("D55: a name that misleads is put right by the configuration", () => {
    const reader = new FakeNetworkReader({ eth1: { metric: 100 } });
    expect(readNetwork(reader, { eth1: "cellular" }).type).toBe("cellular");
    expect(readNetwork(reader, Object.create({ eth1: "wifi" })).type).toBe("ethernet");
  });

  it("D56: the default route with the lowest metric over an interface that is up", () => {
    const reader = new FakeNetworkReader({
      eth0: { metric: 100, operstate: "down" },
      wwan0: { metric: 700, uevent: "DEVTYPE=wwan\n" },
      wlan0: { metric: 600, addresses: ["fe80::1", "169.254.3.3", "2001:db8::5", "192.168.1.20"] },
      docker0: {},
    });
    expect(readNetwork(reader)).toEqual({ type: "wifi", interface: "wlan0", address: "192.168.1.20" });
    reader.interfaces = { ...reader.interfaces, wlan0: { metric: 600, operstate: "dormant" } };
    expect(readNetwork(reader)).toEqual({ type: "cellular", interface: "wwan0", address: null });
  });

  it("D56: IPv6 where there is no IPv4, and a route that refuses is none", () => {
    const reader = new FakeNetworkReader({
      wlan0: { metric6: 600 },
      eth0: { metric6: 100, addresses: ["2001:db8::2"] },
    });
    expect(readNetwork(reader)).toEqual({ type: "ethernet", interface: "eth0", address: "2001:db8::2" });
    expect(readNetwork(new FakeNetworkReader({ eth0: { addresses: ["192.168.1.2"] } }))).toEqual(NO_NETWORK);
  });

  it("D56: an address counts as changed only once it is gone", () => {
    const reader = new FakeNetworkReader({ eth0: { metric6: 100, addresses: ["2001:db8::a"] } });
    const before = readNetwork(reader);
    reader.interfaces = { eth0: { metric6: 100, addresses: ["2001:db8::b", "2001:db8::a"] } };
    expect(readNetwork(reader, {}, before)).toEqual(before);
    reader.interfaces = { eth0: { metric6: 100, addresses: ["2001:db8::b"] } };
    expect(readNetwork(reader, {}, before).address).toBe("2001:db8::b");
  });

  it.each(["", "\n\n", "eth0", "Iface\tDestination\neth0\t00000000\t", "\0\0 00000000 x zz 0 0 NaN 00000000"])(
    "D56: what is not there or makes no sense (%j) is no network, without an error",
    (text) => {
      const reader = { read: () => text, exists: () => false, addresses: () => [] };
      expect(readNetwork(reader)).toEqual(NO_NETWORK);
      expect(readNetwork({ ...reader, read: () => null })).toEqual(NO_NETWORK);
    },
  );
});
