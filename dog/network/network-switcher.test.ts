import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { presetSchedule } from "./network-policies.ts";
import { NetworkSwitcher, type SwitchableLine } from "./network-switcher.ts";
import { type NetworkView, NO_NETWORK } from "./network-type.ts";
import { FakeNetworkReader } from "./testing/fake-network-reader.ts";
import { watchNetwork } from "./watch-network.ts";

const WIFI: NetworkView = { type: "wifi", interface: "wlan0", address: "192.168.1.20" };
const CELL: NetworkView = { type: "cellular", interface: "wwan0", address: "10.1.1.1" };
const ROAMED: NetworkView = { ...WIFI, address: "192.168.7.4" };
const PLANS = {
  default: { servers: ["wss://a.example/ws"], schedule: presetSchedule("standard") },
  cellular: { servers: ["wss://mobile.example/ws"], schedule: presetSchedule("mobile") },
} as const;

function fakeLine() {
  const calls: string[] = [];
  return {
    calls,
    isUp: false,
    networkChanged: ({ servers, schedule }: Parameters<SwitchableLine["networkChanged"]>[0]) => {
      if (servers) calls.push(new URL(servers[0]).host);
      if (schedule) calls.push(`${schedule.maxRetries} retries`);
      calls.push("dial");
    },
  };
}

function harness(now = WIFI) {
  const clock = new FakeClock();
  const line = fakeLine();
  const switcher = new NetworkSwitcher({ plans: PLANS, line, clock, now });
  const taken = () => line.calls.splice(0);
  return { clock, line, switcher, taken };
}

describe("switching networks", () => {
  it("D60: the network it starts on, with the plan it was made of, is no switch", () => {
    const { switcher, taken } = harness(CELL);
    switcher.changed(CELL);
    expect(taken()).toEqual([]);
  });

  it("D60: a new network has its servers, its schedule and a dial at once", () => {
    const { switcher, taken } = harness();
    taken();
    switcher.changed(CELL);
    expect(taken()).toEqual(["mobile.example", "20 retries", "dial"]);
  });

  it("D60: the same kind of network elsewhere keeps the servers' memory and dials at once", () => {
    const { switcher, taken } = harness();
    taken();
    switcher.changed(ROAMED);
    expect(taken()).toEqual(["dial"]);
  });

  it("D61: an interface that flips every second causes one switch, then at most one in 5 s, and ends where it ends", () => {
    const { clock, switcher, line } = harness();
    line.calls.length = 0;
    for (let second = 0; second < 60; second++) {
      switcher.changed(second % 2 === 0 ? CELL : WIFI);
      clock.advance(1_000);
    }
    const dials = line.calls.filter((call) => call === "dial").length;
    expect(dials).toBeLessThanOrEqual(12);
    line.calls.length = 0;
    switcher.changed(CELL);
    clock.advance(5_000);
    switcher.changed(WIFI);
    clock.advance(10_000);
    expect(line.calls.slice(-3)).toEqual(["a.example", "10 retries", "dial"]);
    expect(clock.pending).toBe(0);
  });

  it("D61: whatever the networks do, switches are 5 s apart and the last network is the one in the end", () => {
    const anyView = fc.constantFrom(WIFI, CELL, ROAMED, NO_NETWORK);
    const anyChanges = fc.array(fc.tuple(anyView, fc.integer({ min: 0, max: 8_000 })), { maxLength: 40 });
    fc.assert(
      fc.property(anyChanges, fc.boolean(), (changes, isUp) => {
        const clock = new FakeClock();
        const switches: number[] = [];
        let view = WIFI;
        const onSwitch = (now: NetworkView) => {
          switches.push(clock.monotonic());
          view = now;
        };
        const line = { ...fakeLine(), isUp };
        const switcher = new NetworkSwitcher({ plans: PLANS, line, clock, now: WIFI, onSwitch });
        let last = WIFI;
        for (const [next, waitMs] of changes) {
          switcher.changed(next);
          if (next.interface !== null) last = next;
          clock.advance(waitMs);
        }
        const isGone = changes.at(-1)?.[0].interface === null;
        clock.advance(5_000);
        if (!isGone) expect(view).toEqual(last);
        expect(line.calls.filter((call) => call === "dial")).toHaveLength(switches.length);
        for (const [i, at] of switches.slice(1).entries())
          expect(at - (switches[i] ?? 0)).toBeGreaterThanOrEqual(5_000);
        clock.advance(5_000);
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it("D61: a network that came back within the 5 s is no switch", () => {
    const { clock, switcher, taken } = harness();
    switcher.changed(CELL);
    taken();
    switcher.changed(WIFI);
    switcher.changed(CELL);
    clock.advance(60_000);
    expect(taken()).toEqual([]);
  });

  it("D62: no network is nothing to switch to; the one before brings a line that is down to dial at once", () => {
    const { clock, switcher, taken } = harness();
    taken();
    switcher.changed(NO_NETWORK);
    clock.advance(60_000);
    expect(taken()).toEqual([]);
    switcher.changed(WIFI);
    expect(taken()).toEqual(["dial"]);
  });

  it("D62: a session that survived the gap is kept", () => {
    const { line, switcher, taken } = harness();
    line.isUp = true;
    taken();
    switcher.changed(NO_NETWORK);
    switcher.changed(WIFI);
    expect(taken()).toEqual([]);
    switcher.changed(ROAMED);
    expect(taken()).toEqual(["dial"]);
  });

  it("D62: a gap during the 5 s is not forgotten", () => {
    const { clock, switcher, taken } = harness();
    switcher.changed(CELL);
    taken();
    clock.advance(1_000);
    switcher.changed(NO_NETWORK);
    switcher.changed(CELL);
    clock.advance(4_000);
    expect(taken()).toEqual(["dial"]);
  });

  it("D60: stopped, it does nothing more and leaves no timer", () => {
    const { clock, switcher, taken } = harness();
    switcher.changed(CELL);
    switcher.stop();
    taken();
    switcher.changed(WIFI);
    clock.advance(60_000);
    expect([taken(), clock.pending]).toEqual([[], 0]);
  });

  it("D60: watched and switched in one: a pulled cable dials over the radio within 2.5 s", () => {
    const clock = new FakeClock();
    const radio = { wwan0: { metric: 700, addresses: ["10.1.1.1"], uevent: "DEVTYPE=wwan\n" } };
    const reader = new FakeNetworkReader({ ...radio, eth0: { metric: 100, addresses: ["192.168.1.2"] } });
    const line = fakeLine();
    const watch = watchNetwork({ clock, reader, onChange: (view) => switcher.changed(view) });
    const switcher = new NetworkSwitcher({ plans: PLANS, line, clock, now: watch.current });
    expect([watch.current.type, line.calls]).toEqual(["ethernet", []]);
    reader.interfaces = { ...radio, eth0: { metric: 100, operstate: "down" } };
    clock.advance(2_500);
    expect(line.calls).toEqual(["mobile.example", "20 retries", "dial"]);
    watch.stop();
    switcher.stop();
    expect(clock.pending).toBe(0);
    const mixed = { ...PLANS, wifi: { servers: ["ws://b.example/ws"] as const } };
    expect(() => new NetworkSwitcher({ plans: mixed, line, clock })).toThrow(/networks\.wifi/);
    expect(clock.pending).toBe(0);
  });
});
