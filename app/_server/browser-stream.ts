import "server-only";
import { relayStream } from "./relay-stream.ts";
import type { Runtime } from "./runtime.ts";

/** Five of the upstream's ticks. */
const STALL_MS = 10_000;

export interface BrowserStreamOptions {
  readonly operator: string;
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
}

/** The live stream of one browser. Throws `rate_limited` above six of one operator. */
export function openBrowserStream({ operator, lastEventId, signal, runtime }: BrowserStreamOptions): Response {
  const release = runtime.streams.take(operator);
  const bytes = relayStream({
    clock: runtime.clock,
    signal,
    stallMs: STALL_MS,
    onEnd: release,
    open: async (ended) => {
      const source = await runtime.source();
      const opened = await source.stream(lastEventId, ended);
      return { mode: runtime.capability.lastKnown() ?? "full", bytes: opened };
    },
  });
  return new Response(bytes, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
  });
}
