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

const writers = new Set<LiveWriter>();

/** Registers a feature's writer once, at module scope or in an effect. Returns the unregistration. */
export function registerLiveWriter(writer: LiveWriter): () => void {
  writers.add(writer);
  return () => writers.delete(writer);
}

/** Hands a frame to every writer. */
export function writeLiveFrame(frame: DataFrame, client: QueryClient): void {
  for (const writer of [...writers]) {
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
  for (const writer of [...writers]) writer.resync?.(client);
}
