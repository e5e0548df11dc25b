import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type NetworkView, NO_NETWORK, readNetwork } from "./network-type.ts";
import { systemNetwork } from "./system-network.ts";
import { FakeNetworkReader } from "./testing/fake-network-reader.ts";
import { watchNetwork } from "./watch-network.ts";

const WIFI = { wlan0: { metric: 600, addresses: ["192.168.1.20"] } };
const CABLE = { ...WIFI, eth0: { metric: 100, addresses: ["192.168.1.21"] } };

function harness(interfaces: FakeNetworkReader["interfaces"] = WIFI) {
  const clock = new FakeClock();
  const reader = new FakeNetworkReader(interfaces);
  const changes: NetworkView[] = [];
  const watch = watchNetwork({ clock, reader, onChange: (view) => changes.push(view) });
  return { clock, reader, changes, watch };
}

describe("watching the network", () => {
  it("D57: a change is told once, within 2.5 s", () => {
    const { clock, reader, changes, watch } = harness();
    expect(watch.current.type).toBe("wifi");
    clock.advance(60_000);
    expect(changes).toEqual([]);
    reader.interfaces = CABLE;
    clock.advance(2_499);
    expect(changes).toEqual([]);
    clock.advance(1);
    expect(changes).toEqual([{ type: "ethernet", interface: "eth0", address: "192.168.1.21" }]);
    expect(watch.current).toEqual(changes[0]);
    clock.advance(60_000);
    expect(changes).toHaveLength(1);
  });

  it("D57: a new address on the same interface is a new network; so is none at all", () => {
    const { clock, reader, changes } = harness();
    reader.interfaces = { wlan0: { metric: 600, addresses: ["10.0.0.9"] } };
    clock.advance(2_500);
    reader.interfaces = {};
    clock.advance(2_500);
    expect(changes).toEqual([{ type: "wifi", interface: "wlan0", address: "10.0.0.9" }, NO_NETWORK]);
  });

  it("D57: what does not last 0.5 s is not told", () => {
    const { clock, reader, changes } = harness();
    reader.interfaces = CABLE;
    clock.advance(2_200);
    reader.interfaces = WIFI;
    clock.advance(60_000);
    expect(changes).toEqual([]);
  });

  it("D57: stopped, it leaves no timer, from within the news too", () => {
    const { clock, watch } = harness();
    watch.stop();
    expect(clock.pending).toBe(0);
    const reader = new FakeNetworkReader(WIFI);
    const other = watchNetwork({ clock, reader, onChange: () => other.stop() });
    reader.interfaces = CABLE;
    clock.advance(2_500);
    expect(clock.pending).toBe(0);
  });

  it("D57: a system without /proc is an unknown network, for ever and without an error", () => {
    const clock = new FakeClock();
    const reader = { read: () => null, exists: () => false, addresses: () => ["192.168.1.20"] };
    const watch = watchNetwork({ clock, reader, onChange: () => expect.unreachable("no news here") });
    clock.advance(60_000);
    expect(watch.current).toEqual(NO_NETWORK);
  });

  it("D57: this machine can be read", () => {
    const view = readNetwork(systemNetwork);
    expect(["wifi", "cellular", "ethernet", "unknown"]).toContain(view.type);
    expect(systemNetwork.read("/proc/no such file")).toBeNull();
    expect(systemNetwork.addresses("no such interface")).toEqual([]);
  });
});
