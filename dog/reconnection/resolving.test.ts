import { expect, it } from "vitest";
import type { Dial, PollHealth } from "#dog/transport/dial.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { resolving } from "./resolving.ts";

const URL = "wss://gateway.test/ws";
const settle = async () => {
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
};

/** Host with three addresses, of which `alive` answers; all that was asked, in order. */
function rig(alive: string, resolveMs = 0) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const timeouts: number[] = [];
  const pollHealth: PollHealth = (_url, { address = "", timeoutMs }, done) => {
    asked.push(address);
    timeouts.push(timeoutMs);
    done(address === alive, null);
    return () => {};
  };
  const dial: Dial = ({ address = "" }, { ended }) => {
    asked.push(address);
    ended({ opened: false, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null });
    return () => {};
  };
  const resolve = async () => {
    clock.advance(resolveMs);
    return ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  };
  const ports = resolving({ clock, dial, pollHealth, resolve });
  const poll = async () => {
    let isHealthy: boolean | null = null;
    ports.pollHealth(URL, { timeoutMs: 5_000 }, (healthy) => {
      isHealthy = healthy;
    });
    await settle();
    return isHealthy;
  };
  const dialOnce = async () => {
    const quiet = { opened: () => {}, message: () => {}, heard: () => {}, ended: () => {} };
    ports.dial({ url: URL, handshakeTimeoutMs: 10_000 }, quiet);
    await settle();
  };
  return { asked, timeouts, poll, dialOnce };
}

it("D53: a poll that failed is followed by one of the host's next address, and stays at the one that answers", async () => {
  const { asked, poll } = rig("10.0.0.3");
  expect([await poll(), await poll(), await poll(), await poll()]).toEqual([false, false, true, true]);
  expect(asked).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.3"]);
});

it("D53: dials keep a count of their own: two addresses are both asked, whichever way dials and polls take turns", async () => {
  const { asked, poll, dialOnce } = rig("none");
  for (let turns = 0; turns < 3; turns++) {
    await dialOnce();
    await poll();
  }
  expect(asked).toEqual(["10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.3", "10.0.0.3"]);
});

it("D54: resolving is part of the poll's time, so that its answer comes before the link stops waiting for it", async () => {
  const { timeouts, poll } = rig("10.0.0.1", 2_999.6);
  await poll();
  expect(timeouts).toEqual([2_000]);
});
