/** Where and how to dial once. */
export interface DialTarget {
  readonly url: string;
  /** TCP, TLS and upgrade together, ms. */
  readonly handshakeTimeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Connect to this address instead of resolving the URL's host: TLS server name and Host stay the URL's. */
  readonly address?: string;
  readonly tls?: DialTls;
  /** Source address, to spread many dogs over 127.0.0.2-9. */
  readonly localAddress?: string;
}

/** PEM. `ca` replaces the system's authorities, `cert` and `key` are the dog's own. */
export interface DialTls {
  readonly ca?: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
}

/** A dog's end of the pipe. */
export interface DogSocket {
  /** False where the pipe is no longer open: nothing was sent. */
  send(text: string): boolean;
  /** Closing handshake; a peer that does not answer it in 2 s is let go. */
  close(code: number, reason?: string): void;
  /** FIN without a close frame, as the seed's client stops. What was received and not yet read does not turn it into RST. */
  hangUp(): void;
  /** Gone at once, by FIN or RST as the kernel sees fit. */
  terminate(): void;
  /** RST. */
  reset(): void;
  /** Silence without FIN: nothing is read, answered or sent until the pipe ends. */
  freeze(): void;
  /** Bytes handed over and not yet taken by the kernel. */
  readonly bufferedBytes: number;
}

/** How a dial or its socket ended. */
export interface DialEnd {
  /** The handshake had succeeded. */
  readonly opened: boolean;
  readonly closeCode: number | null;
  readonly closeReason: string;
  /** HTTP status of a refused handshake, and what its Retry-After asks for. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** With the `code` the system gave it. */
  readonly error: Error | null;
}

export interface DialHandlers {
  opened(socket: DogSocket): void;
  message(text: string): void;
  /** Any frame, pings and pongs too: feeds the watchdog. */
  heard(): void;
  /** Once, last. */
  ended(end: DialEnd): void;
}

/** Dials once. Returns the abort: no handler is called after it, and nothing is left open. */
export type Dial = (target: DialTarget, handlers: DialHandlers) => () => void;

export interface PollOptions {
  readonly timeoutMs: number;
  readonly address?: string;
  readonly tls?: DialTls;
  readonly localAddress?: string;
}

/** Asks `<http(s)://host>/healthz` of a server's ws(s) URL once. Returns the abort: `done` is not called after it. */
export type PollHealth = (
  url: string,
  options: PollOptions,
  done: (healthy: boolean, retryAfterMs: number | null) => void,
) => () => void;
