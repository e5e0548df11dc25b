import type { OpenStream, StreamListener } from "./event-stream.ts";
import type { LiveFrame } from "./live-frame.ts";

const LOCK = "leash-live-stream";

export type StreamMessage =
  | { readonly type: "frame"; readonly frame: LiveFrame }
  | { readonly type: "lost" }
  | { readonly type: "hello" }
  | { readonly type: "retry" };

/** The part of BroadcastChannel used here. */
export interface StreamChannel {
  post(message: StreamMessage): void;
  listen(listener: (message: StreamMessage) => void): void;
  close(): void;
}

export interface SharedStreamPorts {
  /** Runs `lead` once this tab is the only leader, until the promise it returns settles; undefined where Web Locks are missing. */
  readonly lead: ((lock: string, signal: AbortSignal, lead: () => Promise<void>) => Promise<void>) | undefined;
  readonly channel: (() => StreamChannel) | undefined;
  readonly open: (listener: StreamListener) => OpenStream;
}

/**
 * One stream per browser: HTTP/1.1 allows six connections an origin. The tab that holds the lock opens it and tells the others; when it
 * closes, the next takes over, which is a gap. Where the browser cannot share, each tab opens its own.
 */
export function openSharedStream(ports: SharedStreamPorts, listener: StreamListener): OpenStream {
  if (ports.lead === undefined || ports.channel === undefined) return ports.open(listener);
  const channel = ports.channel();
  const closing = new AbortController();
  let own: OpenStream | undefined;
  let lastUpstream: LiveFrame | undefined;
  let hasFollowed = false;

  const both: StreamListener = {
    frame(frame) {
      if (frame.event === "upstream") lastUpstream = frame;
      channel.post({ type: "frame", frame });
      listener.frame(frame);
    },
    lost() {
      channel.post({ type: "lost" });
      listener.lost();
    },
  };

  channel.listen((message) => {
    switch (message.type) {
      case "frame":
        if (own !== undefined) return;
        hasFollowed = true;
        listener.frame(message.frame);
        return;
      case "lost":
        if (own === undefined) listener.lost();
        return;
      case "hello":
        if (own !== undefined && lastUpstream !== undefined) channel.post({ type: "frame", frame: lastUpstream });
        return;
      case "retry":
        own?.retry();
        return;
    }
  });
  channel.post({ type: "hello" });

  const leading = ports.lead(LOCK, closing.signal, async () => {
    const ended = Promise.withResolvers<void>();
    closing.signal.addEventListener("abort", () => ended.resolve());
    if (hasFollowed) both.lost();
    own = ports.open(both);
    await ended.promise;
    own.close();
  });
  // Giving up the wait for the lock when the page goes is no error.
  leading.catch(() => {});

  return {
    retry: () => (own === undefined ? channel.post({ type: "retry" }) : own.retry()),
    close(): void {
      closing.abort();
      own?.close();
      channel.close();
    },
  };
}
