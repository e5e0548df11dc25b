import { afterEach, describe, expect, it } from "vitest";
import { type StreamEvent, streamFrames } from "#lib/contracts/fleet.ts";
import { createEventStream, type EventStream, type StreamSink } from "./event-stream.ts";
import { createFrameRing } from "./frame-ring.ts";
import { startWorld, type World } from "./testing/api-harness.ts";

interface Frame {
  readonly id: string;
  readonly event: StreamEvent;
  readonly data: Record<string, unknown>;
  readonly at: number;
}

class Browser implements StreamSink {
  readonly frames: Frame[] = [];
  text = "";
  heldBytes = 0;
  isCut = false;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }
  write(frame: Uint8Array): void {
    const text = Buffer.from(frame).toString();
    this.text += text;
    for (const part of text.split("\n\n")) {
      const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(part) ?? [];
      if (!id || !event || !data) continue;
      this.frames.push({ id, event: event as StreamEvent, data: JSON.parse(data), at: this.#now() });
    }
  }
  cut(): void {
    this.isCut = true;
  }
  of(event: StreamEvent): Frame[] {
    return this.frames.filter((frame) => frame.event === event);
  }
}

const open: { world: World; stream: EventStream }[] = [];
afterEach(async () => {
  for (const { world, stream } of open.splice(0)) {
    stream.close();
    await world.close();
  }
});

async function start() {
  const world = await startWorld();
  const { readModel: fleet, clock, journal } = world;
  const stream = createEventStream({ fleet, clock, epoch: journal.epoch });
  open.push({ world, stream });
  const browse = (lastEventId?: string) => {
    const browser = new Browser(() => clock.monotonic());
    const detach = stream.attach(browser, lastEventId);
    return Object.assign(browser, { detach });
  };
  /** Runs time forward in steps, letting each turn's changes be told. */
  const run = async (ms: number, step = 50) => {
    for (let done = 0; done < ms; done += step) {
      await Promise.resolve();
      clock.advance(step);
    }
  };
  return { ...world, stream, browse, run };
}

describe("the live feed", () => {
  it("G90: a browser first hears how long to wait, the server's clock and the summary", async () => {
    const { browse, clock } = await start();
    const browser = browse();
    expect(browser.text).toMatch(/^retry: 2000\n\n/);
    expect(browser.frames.map(({ event }) => event)).toEqual(["tick", "summary"]);
    expect(browser.of("tick")[0]?.data).toEqual({ now: clock.now() });
  });

  it("G90: every frame fits its schema; a drop is told within 250 ms, a tick comes every 2 s", async () => {
    const { browse, run, dogs, force } = await start();
    const browser = browse();
    dogs.login("a");
    await run(1_500);
    dogs.drop("a");
    await run(300);
    expect(browser.of("changes").at(-1)?.data).toMatchObject({
      many: false,
      rows: [{ client_id: "a", is_connected: false }],
    });
    await force.request(["a"], { actor: "ops", note: null });
    await run(8_000);
    expect(browser.of("ticket").at(-1)?.data).toMatchObject({ tickets: [{ client_id: "a", status: "armed" }] });
    expect(browser.of("events").length).toBeGreaterThan(0);
    expect(browser.of("tick").length).toBeGreaterThanOrEqual(5);
    for (const { event, data } of browser.frames) streamFrames[event].parse(data);
  });

  it("G90: a retired dog is told as retired, so that no list keeps it", async () => {
    const { browse, run, dogs, journal } = await start();
    dogs.login("a");
    const browser = browse();
    await run(1_000);
    journal.append({ type: "dog.retired", sn: "a", actor: "ops", note: null });
    await run(1_000);
    expect(browser.of("changes").at(-1)?.data).toMatchObject({ rows: [{ client_id: "a", state: "retired" }] });
  });

  it("G91: whatever the storm, at most 4 frames a second; rows are not starved; above 100 dogs only that there are many", async () => {
    const { browse, run, dogs, clock } = await start();
    for (let i = 0; i < 400; i++) dogs.login(`d${i}`);
    await run(2_000);
    const browser = browse();
    const from = clock.monotonic();
    for (let i = 0; i < 400; i++) {
      dogs.drop(`d${i}`);
      if (i % 2 === 0) await run(25, 25);
    }
    const first = browser.frames.length - browser.frames.filter(({ at }) => at > from).length;
    const storm = browser.frames.slice(first);
    for (const { at } of storm) {
      const within = storm.filter((other) => other.at >= at && other.at < at + 1_000);
      expect(within.length).toBeLessThanOrEqual(4);
    }
    const changes = browser.of("changes").map(({ at }) => at);
    for (let i = 1; i < changes.length; i++) expect((changes[i] ?? 0) - (changes[i - 1] ?? 0)).toBeLessThanOrEqual(550);
    for (const kind of ["changes", "events", "summary", "tick"] as const)
      expect(browser.of(kind).length).toBeGreaterThan(1);
    for (let i = 0; i < 400; i++) dogs.login(`d${i}`);
    await run(1_000);
    expect(browser.of("changes").at(-1)?.data).toEqual({ many: true });
    expect(browser.of("events").at(-1)?.data).toMatchObject({ items: { length: 20 } });
  });

  it("G92: a browser that resumes gets what it missed, once and in order", async () => {
    const { browse, run, dogs } = await start();
    const stays = browse();
    const leaves = browse();
    dogs.login("a");
    await run(1_000);
    leaves.detach();
    const seen = leaves.frames.at(-1)?.id ?? "";
    dogs.drop("a");
    await run(2_000);
    const back = browse(seen);
    const missed = back.frames.slice(0, -2).map(({ id }) => id);
    const all = stays.frames.slice(2).map(({ id }) => id);
    expect(missed).toEqual(all.slice(all.indexOf(seen) + 1));
    expect(missed.length).toBeGreaterThan(2);
  });

  it("G92: an id of another run, of the future or out of the ring is answered with resync", async () => {
    const { browse, run, dogs, journal } = await start();
    browse();
    dogs.login("a");
    await run(1_000);
    for (const id of ["other.3", `${journal.epoch}.999999`, `${journal.epoch}.x`, "", "nonsense"]) {
      expect(browse(id).frames[0]?.event).toBe("resync");
    }
  });

  it("G92: nobody listened for long: the next resume starts again", async () => {
    const { browse, run, dogs } = await start();
    const browser = browse();
    dogs.login("a");
    await run(1_000);
    browser.detach();
    await run(31_000, 1_000);
    dogs.drop("a");
    await run(100);
    expect(browse(browser.frames.at(-1)?.id).frames[0]?.event).toBe("resync");
  });

  it("G92: the ring is bounded", () => {
    const ring = createFrameRing("e");
    for (let i = 0; i < 1_500; i++) ring.push("tick", "{}");
    expect(ring.since("e.500")).toHaveLength(1_000);
    expect(ring.since("e.499")).toBe("resync");
    for (let i = 0; i < 20; i++) ring.push("summary", "x".repeat(1_000_000));
    expect(ring.since("e.1512")).toHaveLength(8);
    expect(ring.since("e.1511")).toBe("resync");
  });

  it("G93: a browser that holds more than 1 MiB is cut, the others are not", async () => {
    const { browse, run, dogs, stream } = await start();
    const slow = browse();
    const quick = browse();
    slow.heldBytes = 1_048_576 - 100;
    dogs.login("a");
    await run(500);
    // The frame that would take it over the limit is not written.
    expect([slow.isCut, slow.frames.length]).toEqual([true, 2]);
    expect(quick.isCut).toBe(false);
    expect(stream.size).toBe(1);
  });

  it("G45: a frame that cannot be made is left out and told, the feed goes on", async () => {
    const world = await startWorld();
    const { readModel, clock, journal, dogs } = world;
    let poisonous = false;
    const fleet = {
      ...readModel,
      row(sn: string) {
        if (poisonous && sn === "POISON") throw new Error("poison");
        return readModel.row(sn);
      },
    };
    const faults: unknown[] = [];
    const stream = createEventStream({ fleet, clock, epoch: journal.epoch, onFault: (error) => faults.push(error) });
    open.push({ world, stream });
    const browser = new Browser(() => clock.monotonic());
    stream.attach(browser, undefined);
    const run = async (ms: number) => {
      for (let done = 0; done < ms; done += 50) {
        await Promise.resolve();
        clock.advance(50);
      }
    };
    poisonous = true;
    dogs.login("POISON");
    await run(5_000);
    expect([faults.length, browser.of("changes").length, browser.of("tick").length > 2]).toEqual([1, 0, true]);
    // It could not be shown: what changes after it is.
    dogs.login("FINE");
    await run(1_000);
    expect(browser.of("changes").flatMap(({ data }) => data.rows)).toMatchObject([{ client_id: "FINE" }]);
  });

  it("G45: a browser that cannot be told the state of the fleet is not kept", async () => {
    const world = await startWorld();
    const { readModel, clock, journal } = world;
    const summary = () => {
      throw new Error("poison");
    };
    const stream = createEventStream({ fleet: { ...readModel, summary }, clock, epoch: journal.epoch });
    open.push({ world, stream });
    expect(() => stream.attach(new Browser(() => clock.monotonic()), undefined)).toThrow("poison");
    expect(stream.size).toBe(0);
  });

  it("G93: a comment every 15 s keeps proxies from closing the stream", async () => {
    const { browse, run } = await start();
    const browser = browse();
    await run(31_000, 1_000);
    expect(browser.text.split(":\n\n").length - 1).toBe(2);
  });
});
