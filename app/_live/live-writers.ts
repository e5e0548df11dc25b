import type { QueryClient } from "@tanstack/react-query";
import type { StreamFrame } from "#lib/contracts/fleet.ts";
import type { DataEvent, DataFrame } from "./live-frame.ts";

/** What one feature does with the feed's frames: patch or invalidate its own queries. Must be idempotent: a frame may come twice. */
export type LiveWriter = {
  readonly [K in DataEvent]?: (data: StreamFrame<K>, client: QueryClient) => void;
} & {
  /** After a gap, once every query was told to fetch again: for what a feature holds outside the cache. */
  readonly resync?: (client: QueryClient) => void;
};

/** How many components hold each writer: two of a kind on a page register the same object, and it is called once. */
const writers = new Map<LiveWriter, number>();

/** Registers a feature's writer, at module scope or in an effect. Returns its unregistration, good once. */
export function registerLiveWriter(writer: LiveWriter): () => void {
  writers.set(writer, (writers.get(writer) ?? 0) + 1);
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    const others = (writers.get(writer) ?? 1) - 1;
    if (others === 0) writers.delete(writer);
    else writers.set(writer, others);
  };
}

/** Hands a frame to every writer. */
export function writeLiveFrame(frame: DataFrame, client: QueryClient): void {
  for (const writer of [...writers.keys()]) {
    switch (frame.event) {
      case "summary":
        writer.summary?.(frame.data, client);
        break;
      case "changes":
        writer.changes?.(frame.data, client);
        break;
      case "events":
        writer.events?.(frame.data, client);
        break;
      case "ticket":
        writer.ticket?.(frame.data, client);
        break;
    }
  }
}

/** Tells every writer that frames were missed. */
export function writeResync(client: QueryClient): void {
  for (const writer of [...writers.keys()]) writer.resync?.(client);
}
