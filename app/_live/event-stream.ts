import type { Clock } from "#lib/clock/clock.ts";
import { FRAME_EVENTS, type LiveFrame, toLiveFrame } from "./live-frame.ts";

const REOPEN_MS = 2_000;
/** The gateway ticks every 2 s, the console says "down" every second: this long without a word is a dead pipe. */
const DEAD_AFTER_MS = 10_000;

export interface StreamListener {
  frame(frame: LiveFrame): void;
  /** The pipe broke or a frame was unreadable: a gap. */
  lost(): void;
}

export interface OpenStream {
  /** Opens again now instead of waiting. */
  retry(): void;
  close(): void;
}

/** The part of EventSource used here. */
export interface EventPipe {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

const CLOSED = 2;

/** One EventSource that is opened again whenever it dies for good, is refused or falls silent. */
export function openEventStream(open: () => EventPipe, clock: Clock, listener: StreamListener): OpenStream {
  let pipe: EventPipe | undefined;
  let cancelTimer: (() => void) | undefined;

  function connect(): void {
    pipe?.close();
    const opened = open();
    pipe = opened;
    for (const event of FRAME_EVENTS) {
      opened.addEventListener(event, ({ data }) => {
        if (pipe !== opened) return;
        watch();
        const frame = typeof data === "string" ? toLiveFrame(event, data) : undefined;
        if (frame === undefined) listener.lost();
        else listener.frame(frame);
      });
    }
    opened.addEventListener("error", () => {
      if (pipe !== opened) return;
      listener.lost();
      if (opened.readyState === CLOSED) later(REOPEN_MS);
    });
    watch();
  }

  function reconnect(): void {
    listener.lost();
    connect();
  }

  function later(delayMs: number): void {
    cancelTimer?.();
    cancelTimer = clock.schedule(delayMs, reconnect);
  }

  const watch = () => later(DEAD_AFTER_MS);

  connect();
  return {
    retry: reconnect,
    close(): void {
      cancelTimer?.();
      pipe?.close();
      pipe = undefined;
    },
  };
}
