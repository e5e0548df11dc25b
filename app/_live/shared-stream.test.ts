import { describe, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type EventPipe, openEventStream, type StreamListener } from "./event-stream.ts";
import type { LiveFrame } from "./live-frame.ts";
import { openSharedStream, type SharedStreamPorts, type StreamMessage } from "./shared-stream.ts";

/** One browser: its lock queue, its channel, and the streams its tabs opened. */
function createBrowser() {
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const channels = new Set<(message: StreamMessage) => void>();
  const streams: { listener: StreamListener; isOpen: boolean; retries: number }[] = [];

  async function lead(_lock: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    if (isHeld) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    }
    if (signal.aborted) return waiting.shift()?.();
    isHeld = true;
    await run();
    isHeld = false;
    waiting.shift()?.();
  }

  const ports: SharedStreamPorts = {
    lead,
    channel: () => {
      let own: ((message: StreamMessage) => void) | undefined;
      return {
        post: (message) => {
          for (const other of [...channels]) if (other !== own) other(message);
        },
        listen: (listener) => {
          own = listener;
          channels.add(listener);
        },
        close: () => {
          if (own !== undefined) channels.delete(own);
        },
      };
    },
    open: (listener) => {
      const stream = { listener, isOpen: true, retries: 0 };
      streams.push(stream);
      return {
        retry: () => {
          stream.retries += 1;
        },
        close: () => {
          stream.isOpen = false;
        },
      };
    },
  };
  return { ports, streams, openStreams: () => streams.filter((stream) => stream.isOpen) };
}

function createTab(ports: SharedStreamPorts) {
  const heard: (LiveFrame["event"] | "lost")[] = [];
  const stream = openSharedStream(ports, { frame: (frame) => heard.push(frame.event), lost: () => heard.push("lost") });
  return { heard, stream };
}

const settle = () => new Promise<void>((resolve) => void systemClock.schedule(0, resolve));
const TICK: LiveFrame = { event: "tick", data: { now: 1 } };

describe("C71: one stream per browser", () => {
  it("C71: three tabs hold one stream and all hear it", async () => {
    const browser = createBrowser();
    const tabs = [createTab(browser.ports), createTab(browser.ports), createTab(browser.ports)];
    await settle();
    expect(browser.openStreams()).toHaveLength(1);
    browser.streams[0]?.listener.frame(TICK);
    expect(tabs.map((tab) => tab.heard)).toEqual([["tick"], ["tick"], ["tick"]]);
  });

  it("C71: when the leader closes the next takes over, and every tab knows of the gap", async () => {
    const browser = createBrowser();
    const [first, second, third] = [createTab(browser.ports), createTab(browser.ports), createTab(browser.ports)];
    await settle();
    browser.streams[0]?.listener.frame(TICK);
    first.stream.close();
    await settle();
    expect(browser.openStreams()).toHaveLength(1);
    expect([second.heard, third.heard]).toEqual([
      ["tick", "lost"],
      ["tick", "lost"],
    ]);
  });

  it("C71: a tab that comes later hears at once how the gateway is, and may ask for a retry", async () => {
    const browser = createBrowser();
    createTab(browser.ports);
    await settle();
    browser.streams[0]?.listener.frame({ event: "upstream", data: { status: "down" } });
    const late = createTab(browser.ports);
    await settle();
    expect(late.heard).toEqual(["upstream"]);
    late.stream.retry();
    expect(browser.streams[0]?.retries).toBe(1);
  });

  it("C71: a browser that cannot share opens one a tab", () => {
    const browser = createBrowser();
    const alone = { ...browser.ports, lead: undefined };
    createTab(alone);
    createTab(alone);
    expect(browser.openStreams()).toHaveLength(2);
  });
});

describe("C71: a stream is opened again whenever it dies", () => {
  function setUp() {
    const clock = new FakeClock();
    const pipes: { readyState: number; emit: (type: string, data?: string) => void; isClosed: boolean }[] = [];
    const heard: string[] = [];
    const open = (): EventPipe => {
      const listeners = new Map<string, (event: { data?: unknown }) => void>();
      const pipe = {
        readyState: 1,
        isClosed: false,
        emit: (type: string, data?: string) => listeners.get(type)?.({ data }),
        addEventListener: (type: string, listener: (event: { data?: unknown }) => void) =>
          void listeners.set(type, listener),
        close() {
          pipe.isClosed = true;
        },
      };
      pipes.push(pipe);
      return pipe;
    };
    const stream = openEventStream(open, clock, {
      frame: (frame) => heard.push(frame.event),
      lost: () => heard.push("lost"),
    });
    return { clock, pipes, heard, stream };
  }

  it("C71: refused for good: again after 2 s", () => {
    const { clock, pipes, heard } = setUp();
    const [first] = pipes;
    if (first !== undefined) first.readyState = 2;
    first?.emit("error");
    clock.advance(2_000);
    expect([pipes.length, first?.isClosed, heard]).toEqual([2, true, ["lost", "lost"]]);
  });

  it("C71: half open, 10 s without a word: again", () => {
    const { clock, pipes } = setUp();
    clock.advance(9_000);
    pipes[0]?.emit("tick", '{"now":1}');
    clock.advance(9_999);
    expect(pipes).toHaveLength(1);
    clock.advance(1);
    expect(pipes).toHaveLength(2);
  });

  it("C71: an unreadable frame is a gap, not a crash", () => {
    const { pipes, heard } = setUp();
    pipes[0]?.emit("changes", "{half");
    expect(heard).toEqual(["lost"]);
  });

  it("C71: closed, it leaves nothing behind", () => {
    const { clock, pipes, stream } = setUp();
    stream.close();
    expect([clock.pending, pipes[0]?.isClosed]).toEqual([0, true]);
  });
});
