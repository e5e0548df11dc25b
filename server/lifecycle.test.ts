import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createLifecycle } from "./lifecycle.ts";

function harness(stop: () => Promise<void>) {
  const clock = new FakeClock();
  const exits: number[] = [];
  const log = { info: () => {}, warn: () => {}, fatal: () => {} };
  const lifecycle = createLifecycle({ clock, log, stop, exit: (code) => void exits.push(code), deadlineMs: 30_000 });
  return { clock, exits, lifecycle };
}

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe("lifecycle", () => {
  it("G145: a signal drains and leaves with 0", async () => {
    const { lifecycle, exits, clock } = harness(async () => {});
    lifecycle.signal("SIGTERM");
    expect(exits).toEqual([]);
    await settle();
    expect(exits).toEqual([0]);
    expect(clock.pending).toBe(0);
  });

  it("G145: a second signal leaves at once", () => {
    const { lifecycle, exits } = harness(() => new Promise(() => {}));
    lifecycle.signal("SIGTERM");
    lifecycle.signal("SIGTERM");
    expect(exits).toEqual([1]);
  });

  it("G145: a stop that hangs is cut off", async () => {
    const { lifecycle, exits, clock } = harness(() => new Promise(() => {}));
    lifecycle.signal("SIGINT");
    clock.advance(29_999);
    expect(exits).toEqual([]);
    clock.advance(1);
    expect(exits).toEqual([1]);
  });

  it("G146: an unhandled error drains, then leaves with 1; more of them do not start a second stop", async () => {
    let stops = 0;
    const { lifecycle, exits } = harness(async () => {
      stops += 1;
    });
    lifecycle.crash(new Error("one"));
    lifecycle.crash(new Error("two"));
    await settle();
    expect(stops).toBe(1);
    expect(exits).toEqual([1]);
  });

  it("G146: a stop that fails leaves with 1", async () => {
    const { lifecycle, exits } = harness(() => Promise.reject(new Error("no")));
    lifecycle.signal("SIGTERM");
    await settle();
    expect(exits).toEqual([1]);
  });
});
