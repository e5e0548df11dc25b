import "server-only";
import type { Clock } from "#lib/clock/clock.ts";
import type { UpstreamMode } from "./capability.ts";
import { sseFrame } from "./sse.ts";

const RETRY_MS = 1_000;
const BROWSER_RETRY = "retry: 500\n\n";

export interface RelayOptions {
  readonly clock: Clock;
  /** Opens the upstream's frames. Rejects while it is down. */
  readonly open: (signal: AbortSignal) => Promise<{ mode: UpstreamMode; bytes: ReadableStream<Uint8Array> }>;
  /** The browser's request: its end ends the upstream's. */
  readonly signal: AbortSignal;
  /** No byte for this long means the upstream is gone, FIN or not; it ticks every 2 s. */
  readonly stallMs: number;
  /** Called once when the browser's stream is over, however it ended. */
  readonly onEnd: () => void;
}

/** What the console adds to the gateway's frames: `upstream {status, next_try_ms?}`. */
export type UpstreamFrame = { readonly status: UpstreamMode | "down"; readonly next_try_ms?: number };

/**
 * The upstream's bytes as they come, pulled at the browser's pace, between frames that say how the upstream is. Lost and found again,
 * the browser's stream is ended: its own reconnection carries the id to resume from.
 */
export function relayStream({ clock, open, signal, stallMs, onEnd }: RelayOptions): ReadableStream<Uint8Array> {
  const ended = new AbortController();
  const whole = AbortSignal.any([signal, ended.signal]);
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let hasStreamed = false;
  whole.addEventListener("abort", onEnd, { once: true });
  const say = (frame: UpstreamFrame) => sseFrame("upstream", frame);
  const text = (lines: string) => new TextEncoder().encode(lines);

  async function connect(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { mode, bytes } = await open(whole);
      if (hasStreamed) {
        await bytes.cancel();
        controller.close();
        ended.abort();
        return;
      }
      reader = bytes.getReader();
      controller.enqueue(say({ status: mode }));
    } catch (error) {
      if (whole.aborted) throw error;
      controller.enqueue(say({ status: "down", next_try_ms: RETRY_MS }));
      await sleep(clock, RETRY_MS, whole);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(text(BROWSER_RETRY)),
      async pull(controller) {
        if (reader === undefined) return connect(controller);
        const chunk = await readInTime(reader, clock, stallMs);
        if (chunk === undefined) {
          void reader.cancel().catch(() => {});
          reader = undefined;
          hasStreamed = true;
          // The blank line ends a frame the upstream may have left half written. The gateway's own delay is for those who dial it.
          controller.enqueue(text(`\n\n${BROWSER_RETRY}`));
          controller.enqueue(say({ status: "down", next_try_ms: 0 }));
          return;
        }
        controller.enqueue(chunk);
      },
      cancel() {
        ended.abort();
        void reader?.cancel().catch(() => {});
      },
    },
    { highWaterMark: 1 },
  );
}

/** The next bytes; undefined when the upstream ended, broke or said nothing for `stallMs`. */
async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
  stallMs: number,
): Promise<Uint8Array | undefined> {
  const stalled = Promise.withResolvers<undefined>();
  const cancel = clock.schedule(stallMs, () => stalled.resolve(undefined));
  try {
    return await Promise.race([reader.read().then(({ value }) => value), stalled.promise]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}

function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(delayMs, done);
    function done() {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
