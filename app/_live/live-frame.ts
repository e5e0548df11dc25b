import type { StreamEvent, StreamFrame } from "#lib/contracts/fleet.ts";

/** The console's own frame: how the gateway behind it is. */
export interface UpstreamFrame {
  readonly status: "full" | "basic" | "down";
  readonly next_try_ms?: number;
}

/** One frame of GET /api/stream: the gateway's (lib/contracts/fleet.ts `streamFrames`) and `upstream`. */
export type LiveFrame =
  | { [K in StreamEvent]: { readonly event: K; readonly data: StreamFrame<K> } }[StreamEvent]
  | { readonly event: "upstream"; readonly data: UpstreamFrame };

/** Frames that change data: all but those about the feed itself. */
export type DataFrame = Extract<LiveFrame, { event: "summary" | "changes" | "events" | "ticket" }>;
export type DataEvent = DataFrame["event"];

export const FRAME_EVENTS = [
  "summary",
  "changes",
  "events",
  "ticket",
  "tick",
  "resync",
  "upstream",
] as const satisfies readonly LiveFrame["event"][];

/** A frame from its two parts, or undefined when the text is not JSON. Its shape is the server's, which parsed nothing: it is ours. */
export function toLiveFrame(event: LiveFrame["event"], text: string): LiveFrame | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? ({ event, data } as LiveFrame) : undefined;
  } catch {
    return undefined;
  }
}
