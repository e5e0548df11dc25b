import type { Socket as TcpSocket } from "node:net";
import WebSocket from "ws";

/** A dog's end of the pipe. */
export interface DogSocket {
  send(text: string): void;
  /** Closing handshake. */
  close(code: number, reason?: string): void;
  /** FIN without a close frame, as the seed's client stops. What was received and not yet read does not turn it into RST. */
  hangUp(): void;
  /** Gone at once, by FIN or RST as the kernel sees fit. */
  terminate(): void;
  /** RST. */
  reset(): void;
  /** Silence without FIN: nothing is read, answered or sent until the pipe ends. */
  freeze(): void;
}

export interface DialHandlers {
  opened(socket: DogSocket): void;
  message(text: string): void;
  /** Once, last; `opened` tells whether the handshake had succeeded. */
  ended(end: {
    opened: boolean;
    closeCode: number | null;
    status: number | null;
    retryAfterS: number | null;
    error: string | null;
  }): void;
}

export interface DialOptions {
  readonly url: string;
  readonly handshakeTimeoutMs: number;
  /** Source address, to spread many dogs over 127.0.0.2-9. */
  readonly localAddress?: string;
}

/** Dials once. The only importer of ws on the dog's side. Returns the abort: no handler is called after it. */
export function dialWebSocket(options: DialOptions, handlers: DialHandlers): () => void {
  let done = false;
  let opened = false;
  let status: number | null = null;
  let retryAfterS: number | null = null;
  let error: string | null = null;
  const ws = new WebSocket(options.url, {
    handshakeTimeout: options.handshakeTimeoutMs,
    perMessageDeflate: false,
    maxPayload: 256 * 1024,
    autoPong: false,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  });
  let frozen = false;
  const end = (closeCode: number | null) => {
    if (done) return;
    done = true;
    handlers.ended({ opened, closeCode, status, retryAfterS, error });
  };
  ws.on("error", (cause) => {
    error = (cause as NodeJS.ErrnoException).code ?? cause.message;
    if (ws.readyState === WebSocket.CLOSED || !opened) end(null);
  });
  ws.on("unexpected-response", (request, response) => {
    status = response.statusCode ?? null;
    retryAfterS = Number(response.headers["retry-after"]) || null;
    error = `HTTP ${status}`;
    response.resume();
    request.destroy();
    end(null);
  });
  ws.on("close", (code) => end(code));
  ws.on("ping", () => {
    if (!frozen && ws.readyState === WebSocket.OPEN) ws.pong();
  });
  ws.on("message", (data, isBinary) => {
    if (!frozen && !isBinary && !done) handlers.message(String(data));
  });
  ws.on("open", () => {
    opened = true;
    if (done) return ws.terminate();
    const tcp = (ws as unknown as { _socket: TcpSocket })._socket;
    handlers.opened({
      send: (text) => {
        if (!frozen && ws.readyState === WebSocket.OPEN) ws.send(text);
      },
      close: (code, reason) => ws.close(code, reason),
      hangUp: () => tcp.end(),
      terminate: () => ws.terminate(),
      reset: () => tcp.resetAndDestroy(),
      freeze: () => {
        frozen = true;
        tcp.pause();
      },
    });
  });
  return () => {
    done = true;
    ws.terminate();
  };
}
