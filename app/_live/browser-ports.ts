import { browserClock } from "./browser-clock.ts";
import { openEventStream } from "./event-stream.ts";
import type { SharedStreamPorts, StreamMessage } from "./shared-stream.ts";

const CHANNEL = "leash-live";
const STREAM = "/api/stream";

/** The browser's own locks, channel and stream. */
export function browserPorts(): SharedStreamPorts {
  return {
    lead: "locks" in navigator ? (lock, signal, lead) => navigator.locks.request(lock, { signal }, lead) : undefined,
    channel: "BroadcastChannel" in globalThis ? openChannel : undefined,
    open: (listener) => openEventStream(openPipe, browserClock, listener),
  };
}

function openPipe() {
  const source = new EventSource(STREAM);
  return {
    get readyState() {
      return source.readyState;
    },
    addEventListener: (type: string, listener: (event: { readonly data?: unknown }) => void) =>
      source.addEventListener(type, (event) => listener(event as MessageEvent)),
    close: () => source.close(),
  };
}

function openChannel() {
  const channel = new BroadcastChannel(CHANNEL);
  let isOpen = true;
  return {
    post: (message: StreamMessage) => {
      if (isOpen) channel.postMessage(message);
    },
    listen: (listener: (message: StreamMessage) => void) => {
      channel.onmessage = (event: MessageEvent<StreamMessage>) => listener(event.data);
    },
    close: () => {
      isOpen = false;
      channel.close();
    },
  };
}
