import { WebSocket } from "ws";
import { Waiters } from "./waiters.ts";

export interface SeedDogOptions {
  /** `ws://127.0.0.1:PORT/ws` */
  readonly url: string;
  readonly token: string;
  readonly sn: string;
  readonly appId?: string;
  /** Failed dials that are followed by another, as in the seed. */
  readonly maxRetries?: number;
  readonly baseDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Added to the login's args: `client` makes it the login of a Leash dog. */
  readonly loginArgs?: Readonly<Record<string, unknown>>;
  /** Source address of its sockets. */
  readonly localAddress?: string;
}

interface Answer {
  readonly service: string;
  readonly code: number;
  readonly request_id: string;
  readonly args?: { readonly stored?: boolean };
}

/**
 * The seed's Go client as it behaves on the wire: token in the URL unescaped, login twice on its first connection, empty
 * pongs, no close frames, redial at once after a read error, backoff only after a failed dial, close codes unread.
 */
export class SeedDog {
  readonly options: SeedDogOptions;
  readonly answers: Answer[] = [];
  /** Close codes that came; 1006 for none. */
  readonly closes: number[] = [];
  /** HTTP statuses of refused dials. */
  readonly refusals: number[] = [];
  dials = 0;
  gaveUp = false;
  #socket: WebSocket | undefined;
  #stopped = false;
  #first = true;
  #timer: NodeJS.Timeout | undefined;
  #requests = 0;
  readonly #waiters = new Waiters<this>(this);

  constructor(options: SeedDogOptions) {
    this.options = options;
  }

  start(): this {
    this.#dial(0);
    return this;
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Resolves once `check` holds; looked at whenever something happens on the wire. */
  until(check: (dog: SeedDog) => boolean): Promise<this> {
    return this.#waiters.until(check);
  }

  heartbeat(): void {
    this.#request("/api/heartbeat", {});
  }

  /** Text as it is, for what a dog should never say. */
  say(text: string): void {
    this.#socket?.send(text);
  }

  /** Stop of the seed: the TCP connection closes, no close frame. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  /** The pipe breaks and the dog notices at once: it dials again. */
  drop(): void {
    this.#socket?.terminate();
  }

  #dial(attempt: number): void {
    if (this.#stopped) return;
    const { url, token, maxRetries = 15, baseDelayMs = 1_000, maxDelayMs = 60_000, localAddress } = this.options;
    this.dials++;
    const socket = new WebSocket(`${url}?token=${token}`, {
      autoPong: false,
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    let opened = false;
    this.#socket = socket;
    socket.on("ping", () => socket.pong());
    socket.on("message", (data) => this.#heard(String(data)));
    socket.on("unexpected-response", (_request, response) => {
      this.refusals.push(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("error", () => {});
    socket.on("open", () => {
      opened = true;
      this.#login();
      if (this.#first) this.#login();
      this.#first = false;
      this.#tell();
    });
    socket.on("close", (code) => {
      if (opened) {
        this.closes.push(code);
        this.#tell();
        this.#dial(0);
        return;
      }
      this.gaveUp = attempt >= maxRetries;
      this.#tell();
      if (this.gaveUp || this.#stopped) return;
      this.#timer = setTimeout(() => this.#dial(attempt + 1), Math.min(maxDelayMs, baseDelayMs * 2 ** attempt));
    });
  }

  #login(): void {
    const { appId = "dog_app_001", token, sn, loginArgs } = this.options;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    this.#request("/api/user/login", { app_id: appId, token, sn, timestamp, ...loginArgs });
  }

  #request(service: string, args: object): void {
    const id = `${service.split("/").at(-1)}_${++this.#requests}`;
    this.#socket?.send(JSON.stringify({ args, op: "galbot_request", request_id: id, service }));
  }

  #heard(text: string): void {
    this.answers.push(JSON.parse(text) as Answer);
    this.#tell();
  }

  #tell(): void {
    this.#waiters.tell();
  }
}
