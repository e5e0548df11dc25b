import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import type { DataFrame } from "./live-frame.ts";
import { createLiveStore, type LiveStart } from "./live-store.ts";

const SERVER = 1_800_000_000_000;

function setUp(mode: LiveStart["mode"] = "full") {
  const clock = new FakeClock();
  const data: DataFrame[] = [];
  let resyncs = 0;
  const store = createLiveStore({
    clock,
    start: { now: SERVER, mode },
    onData: (frame) => data.push(frame),
    onResync: () => {
      resyncs += 1;
    },
  });
  store.start();
  let serverAt = SERVER;
  const tick = () => store.receive({ event: "tick", data: { now: serverAt } });
  /** Both clocks move; the server ticks every 2 s on the way. */
  const live = (ms: number) => {
    for (let left = ms; left > 0; left -= 2_000) {
      const step = Math.min(2_000, left);
      clock.advance(step);
      serverAt += step;
      tick();
    }
  };
  const silence = (ms: number) => {
    clock.advance(ms);
    serverAt += ms;
  };
  return { clock, store, data, tick, live, silence, resyncs: () => resyncs };
}

const CHANGES: DataFrame = { event: "changes", data: { many: true } };

describe("C68: what is on the screen says how true it is", () => {
  it("C68: stale after 5 s without a tick, not before, with its seconds, and locked", () => {
    const { store, live, silence } = setUp();
    live(4_000);
    silence(4_999);
    expect(store.getState()).toMatchObject({ status: "live", isLocked: false });
    silence(1);
    expect(store.getState()).toMatchObject({ status: "stale", seconds: 5, isLocked: true });
    silence(2_000);
    expect(store.getState()).toMatchObject({ status: "stale", seconds: 7 });
    live(2_000);
    expect(store.getState()).toMatchObject({ status: "live", seconds: 0, isLocked: false });
  });

  it("C68: a page that never gets a tick is stale too", () => {
    const { store, silence } = setUp();
    silence(5_000);
    expect(store.getState().status).toBe("stale");
  });

  it("C68: an upstream known to be down locks at once and turns stale at 5 s", () => {
    const { store, live, silence } = setUp();
    live(2_000);
    store.receive({ event: "upstream", data: { status: "down" } });
    expect(store.getState()).toMatchObject({ status: "reconnecting", isLocked: true });
    silence(5_000);
    expect(store.getState().status).toBe("stale");
    store.receive({ event: "upstream", data: { status: "full" } });
    live(2_000);
    expect(store.getState()).toMatchObject({ status: "live", isLocked: false });
  });

  it("C68: a basic gateway is said, also from the first paint", () => {
    const { store, live } = setUp("basic");
    expect(store.getState()).toMatchObject({ status: "basic", isBasic: true });
    store.receive({ event: "upstream", data: { status: "full" } });
    live(2_000);
    expect(store.getState()).toMatchObject({ status: "live", isBasic: false });
  });

  it("C68: listeners are told of changes only", () => {
    const { store, clock } = setUp();
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    clock.advance(4_000);
    expect(told).toBe(0);
    clock.advance(1_000);
    expect(told).toBe(1);
  });
});

describe("C69: time is the server's", () => {
  it("C69: it runs on our monotonic clock from the last tick; the browser's wall clock is not asked", () => {
    const { store, live, clock } = setUp();
    store.subscribeClock(() => {});
    live(2_000);
    clock.jumpWall(-86_400_000);
    clock.advance(1_000);
    expect(store.serverNow()).toBe(SERVER + 3_000);
  });

  it("C69: a late tick holds the clock, it never runs backwards", () => {
    const { store, live, clock } = setUp();
    store.subscribeClock(() => {});
    live(2_000);
    const seen: number[] = [];
    store.subscribeClock(() => seen.push(store.serverNow()));
    clock.advance(3_000); // the next tick is 1 s late on the wire
    store.receive({ event: "tick", data: { now: SERVER + 4_000 } });
    clock.advance(2_000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(store.serverNow()).toBe(SERVER + 6_000);
  });

  it("C69: it stands still while stale", () => {
    const { store, live, silence } = setUp();
    store.subscribeClock(() => {});
    live(2_000);
    silence(60_000);
    expect(store.serverNow()).toBe(SERVER + 2_000 + 5_000);
  });

  it("C69: at most 4 steps a second, none while nobody looks", () => {
    const { store, live, clock } = setUp();
    let steps = 0;
    const stop = store.subscribeClock(() => {
      steps += 1;
    });
    live(2_000);
    steps = 0;
    clock.advance(1_000);
    expect(steps).toBe(4);
    store.setVisible(false);
    steps = 0;
    clock.advance(1_000);
    expect(steps).toBe(0);
    store.setVisible(true);
    expect(steps).toBe(1);
    stop();
    store.close();
    expect(clock.pending).toBe(0);
  });
});

describe("C70: after a gap everything is fetched again, nothing is patched across it", () => {
  it("C70: the first tick fetches what the page missed while it loaded; from then on frames are data", () => {
    const { store, live, data, resyncs } = setUp();
    store.receive(CHANGES);
    expect([data.length, resyncs()]).toEqual([0, 0]);
    live(2_000);
    store.receive(CHANGES);
    live(2_000);
    expect([data.length, resyncs()]).toEqual([1, 1]);
  });

  it.each([
    ["5 s of silence", (it: ReturnType<typeof setUp>) => it.silence(5_000)],
    ["a broken pipe", (it: ReturnType<typeof setUp>) => it.store.lost()],
    [
      "an upstream that was down",
      (it: ReturnType<typeof setUp>) => it.store.receive({ event: "upstream", data: { status: "down" } }),
    ],
    ["a resync", (it: ReturnType<typeof setUp>) => it.store.receive({ event: "resync", data: {} })],
  ])("C70: %s is a gap", (_, gap) => {
    const page = setUp();
    page.live(4_000);
    gap(page);
    page.store.receive(CHANGES);
    expect([page.data.length, page.resyncs()]).toEqual([0, 1]);
    page.live(2_000);
    expect(page.resyncs()).toBe(2);
    page.store.receive(CHANGES);
    expect(page.data).toHaveLength(1);
  });
});
