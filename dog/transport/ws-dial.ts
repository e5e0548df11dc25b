import type { Socket as TcpSocket } from "node:net";
import WebSocket from "ws";
import { connectionOptions } from "./connection-options.ts";
import type { Dial, DialEnd, DialHandlers, DialTarget, DogSocket } from "./dial.ts";
import { retryAfterMs } from "./retry-after.ts";

/** A peer that does not answer a close frame in this time is let go. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Pongs are owed to a peer that reads; one that only writes is not answered past so many unsent bytes. */
const MAX_BUFFERED_PONGS = 65_536;
const LONGEST_CLOSE_REASON = 123;

/** Dials once over ws, the dog's only importer of it. Whatever goes wrong, a bad URL or certificate too, comes as `ended`. */
export const dialWebSocket: Dial = (target, handlers) => {
  let ws: WebSocket;
  try {
    ws = createWebSocket(target);
  } catch (cause) {
    return failSoon(cause instanceof Error ? cause : new Error(String(cause)), handlers);
  }
  let done = false;
  let isOpen = false;
  let error: Error | null = null;
  const end = (known: Partial<DialEnd> = {}) => {
    if (done) return;
    done = true;
    handlers.ended({ ...UNKNOWN_END, opened: isOpen, error, ...known });
  };
  ws.on("error", (cause) => {
    error ??= timedOut(cause);
    if (!isOpen) end();
  });
  ws.on("unexpected-response", (request, response) => {
    const status = response.statusCode ?? null;
    response.resume();
    request.destroy();
    end({ status, retryAfterMs: retryAfterMs(response.headers), error: new Error(`HTTP ${status}`) });
  });
  ws.on("close", (closeCode, reason) => end({ closeCode: isOpen ? closeCode : null, closeReason: String(reason) }));
  ws.on("open", () => {
    isOpen = true;
    if (done) return ws.terminate();
    const tcp = rawSocketOf(ws);
    // ws tells a reset from a clean end by nothing: both are 1006.
    tcp.on("error", (cause) => {
      error ??= cause;
    });
    tcp.on("data", () => {
      if (!done) handlers.heard();
    });
    const [socket, isFrozen] = dogSocket(ws, tcp);
    ws.on("ping", (payload) => {
      if (!isFrozen() && ws.readyState === WebSocket.OPEN && ws.bufferedAmount < MAX_BUFFERED_PONGS) ws.pong(payload);
    });
    ws.on("message", (text, isBinary) => {
      if (!isFrozen() && !isBinary && !done) handlers.message(String(text));
    });
    handlers.opened(socket);
  });
  return () => {
    done = true;
    ws.terminate();
  };
};

function createWebSocket(target: DialTarget): WebSocket {
  return new WebSocket(target.url, {
    handshakeTimeout: target.handshakeTimeoutMs,
    closeTimeout: CLOSE_TIMEOUT_MS,
    perMessageDeflate: false,
    maxPayload: 256 * 1024,
    autoPong: false,
    headers: { ...target.headers },
    ...connectionOptions(target),
  } as WebSocket.ClientOptions);
}

function dogSocket(ws: WebSocket, tcp: TcpSocket): readonly [DogSocket, isFrozen: () => boolean] {
  let frozen = false;
  const socket: DogSocket = {
    send(text) {
      if (ws.readyState !== WebSocket.OPEN) return false;
      if (!frozen) ws.send(text);
      return true;
    },
    close(code, reason = "") {
      ws.close(code, Buffer.from(reason).subarray(0, LONGEST_CLOSE_REASON));
    },
    hangUp: () => tcp.end(),
    terminate: () => ws.terminate(),
    reset: () => tcp.resetAndDestroy(),
    freeze() {
      frozen = true;
      tcp.pause();
    },
    get bufferedBytes() {
      return ws.bufferedAmount;
    },
  };
  return [socket, () => frozen];
}

/** ws keeps the pipe in a field its types do not name; present from `open` to `close`. */
const rawSocketOf = (ws: WebSocket): TcpSocket => (ws as unknown as { _socket: TcpSocket })._socket;

/** ws says only in words that a handshake took too long. */
function timedOut(cause: Error): Error {
  return cause.message === "Opening handshake has timed out" ? Object.assign(cause, { code: "ETIMEDOUT" }) : cause;
}

function failSoon(error: Error, handlers: DialHandlers): () => void {
  let aborted = false;
  queueMicrotask(() => {
    if (!aborted) handlers.ended({ ...UNKNOWN_END, error });
  });
  return () => {
    aborted = true;
  };
}

const UNKNOWN_END: DialEnd = {
  opened: false,
  closeCode: null,
  closeReason: "",
  status: null,
  retryAfterMs: null,
  error: null,
};
