import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";

/** One dog's raw pipe as the gateway sees it; server/transport implements it over ws, tests over memory. */
export interface Socket {
  /** Peer address without port, IPv4-mapped prefixes removed. */
  readonly remoteAddress: string;
  readonly bufferedBytes: number;
  /** @param withPing a WebSocket ping right behind it, in the same write */
  send(text: string, withPing?: boolean): void;
  /** Sends a WebSocket ping. */
  ping(): void;
  /** Starts the closing handshake; the pipe is terminated 2 s later if the peer does not answer. */
  close(code: number, reason: string): void;
  /** Ends the pipe at once, without a close frame. */
  terminate(): void;
}

/** What the transport tells the gateway about one socket. Each is called at most as its name says; `ended` once, last. */
export interface SocketHandler {
  /** A text frame. */
  message(text: string): void;
  /** Any frame at all, control frames included; first of all. @param bytes of a text */
  heard(bytes?: number): void;
  pong(): void;
  /** The pipe is gone; never called before the cause is known. */
  ended(cause: DisconnectCause): void;
}

/** What the handshake knew. */
export interface Handshake {
  readonly remoteAddress: string;
  /** `?token=` or `Authorization: Bearer`, undefined where neither came. */
  readonly token: string | undefined;
  /** A header arrives as it was sent; the seed's client does not escape its query. */
  readonly tokenFrom?: "query" | "header" | undefined;
  readonly userAgent: string | undefined;
}

/** A refused handshake: plain HTTP, then the TCP socket is destroyed. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly message: string;
  readonly retryAfterS?: number;
}

/** The transport asks first (no allocation before an answer), then attaches. */
export interface SocketAcceptor {
  /** Undefined lets it in. A promise keeps it waiting for its turn: what it resolves with is the answer then. */
  admit(handshake: Handshake): Refusal | undefined | Promise<Refusal | undefined>;
  attach(socket: Socket, handshake: Handshake): SocketHandler;
}
