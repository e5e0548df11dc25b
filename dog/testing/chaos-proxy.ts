import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { type Certificate, createCertificate } from "./certificate.ts";
import { ChaosConnection } from "./chaos-connection.ts";
import { isPipeToxic, type Toxic, type ToxicInput, toxicSchema } from "./toxic.ts";

export interface ChaosProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Draws the jitter. */
  readonly random?: () => number;
}

/** A toxic at work. `remove` may be called twice. */
export interface ActiveToxic {
  readonly id: string;
  readonly toxic: Toxic;
  remove(): Promise<void>;
}

/** More at once are reset. */
const MOST_CONNECTIONS = 12_000;
const GARBAGE = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nthis port speaks no TLS\n";
/** A TLS socket that says nothing is let go after this long. */
const TLS_IDLE_MS = 10_000;

/**
 * A TCP proxy in front of a gateway whose line can be made bad at any moment: toxiproxy's twin. Toxics act on what is
 * connected and on what dials while they are there. `close` leaves no socket and no timer.
 */
export class ChaosProxy {
  /** Dials that reached the proxy. */
  accepted = 0;
  /** TLS handshakes a dog completed with the wrong certificate: it should never. */
  wronglyTrusted = 0;
  port = 0;
  readonly host: string;
  readonly target: ChaosProxyOptions["target"];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #toxics = new Map<string, ActiveToxic>();
  readonly #connections = new Set<ChaosConnection>();
  readonly #strangers = new Set<Socket>();
  #server: Server | null = null;
  #ids = 0;
  #isClosed = false;
  #whenEmpty = () => {};
  #wrongCertificate: Certificate | null = null;

  private constructor({ target, host = "127.0.0.1", clock, random }: ChaosProxyOptions) {
    this.target = target;
    this.host = host;
    this.#clock = clock ?? systemClock;
    this.#random = random ?? seededRandom(1);
  }

  /** Resolves once it listens; rejects where the port is taken. */
  static async start(options: ChaosProxyOptions): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(options);
    await proxy.#listen(options.port ?? 0);
    return proxy;
  }

  /** `scheme://127.0.0.1:PORT` and then `path`. */
  url(scheme: "ws" | "wss" | "http", path = ""): string {
    return `${scheme}://${this.host}:${this.port}${path}`;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Bytes inside the proxy, both directions of every connection. */
  get bytesWaiting(): number {
    return [...this.#connections].reduce((sum, connection) => sum + connection.bytesWaiting, 0);
  }

  get toxics(): readonly ActiveToxic[] {
    return [...this.#toxics.values()];
  }

  /** Throws a ZodError for what is no toxic. Works from now on, for what is connected too. */
  async add(input: ToxicInput): Promise<ActiveToxic> {
    const toxic = toxicSchema.parse(input);
    const id = `${toxic.type}-${++this.#ids}`;
    const active = { id, toxic, remove: () => this.remove(id) };
    this.#toxics.set(id, active);
    await this.#apply();
    return active;
  }

  /** An id that is not there changes nothing. */
  async remove(id: string): Promise<void> {
    if (this.#toxics.delete(id)) await this.#apply();
  }

  async removeAll(): Promise<void> {
    this.#toxics.clear();
    await this.#apply();
  }

  /** Ends every connection there is by RST or FIN; the next dial is let in. */
  cut(how: "fin" | "reset"): void {
    for (const connection of this.#connections) connection.cut(how);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#toxics.clear();
    for (const connection of this.#connections) connection.destroy();
    for (const socket of this.#strangers) socket.destroy();
    this.#unlisten();
    await this.#emptied();
  }

  #emptied(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenEmpty = resolve;
    this.#forget();
    return promise;
  }

  #forget(gone?: ChaosConnection | Socket): void {
    if (gone instanceof ChaosConnection) this.#connections.delete(gone);
    else if (gone !== undefined) this.#strangers.delete(gone);
    if (this.#connections.size + this.#strangers.size === 0) this.#whenEmpty();
  }

  async #apply(): Promise<void> {
    const pipes = this.#pipeToxics();
    for (const connection of this.#connections) connection.setToxics(pipes);
    const shouldListen = !this.#has("not_listening");
    if (shouldListen && this.#server === null && !this.#isClosed) await this.#listen(this.port);
    else if (!shouldListen) this.#unlisten();
  }

  #pipeToxics() {
    return this.toxics.map(({ toxic }) => toxic).filter(isPipeToxic);
  }

  #has(type: Toxic["type"]): boolean {
    return this.toxics.some(({ toxic }) => toxic.type === type);
  }

  #listen(port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.on("error", reject);
    server.listen({ port, host: this.host, backlog: 4_096 }, () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) this.port = address.port;
      resolve();
    });
    return promise;
  }

  /** Stops listening; connections live on. */
  #unlisten(): void {
    this.#server?.close();
    this.#server = null;
  }

  #accept(socket: Socket): void {
    this.accepted++;
    socket.on("error", () => {});
    if (this.#isClosed || this.#has("refuse") || this.#connections.size >= MOST_CONNECTIONS) {
      socket.resetAndDestroy();
      return;
    }
    const tls = this.toxics.find(({ toxic }) => toxic.type === "tls")?.toxic;
    if (tls?.type === "tls") {
      this.#fool(socket, tls.answer);
      return;
    }
    const ended = (connection: ChaosConnection) => this.#forget(connection);
    const { target } = this;
    const options = { target, clock: this.#clock, random: this.#random, ended };
    this.#connections.add(new ChaosConnection(socket, options, this.#pipeToxics()));
  }

  #fool(socket: Socket, answer: "garbage" | "wrong_certificate"): void {
    this.#strangers.add(socket);
    const cancel = this.#clock.schedule(TLS_IDLE_MS, () => socket.destroy());
    socket.on("close", () => {
      cancel();
      this.#forget(socket);
    });
    if (answer === "garbage") {
      socket.once("data", () => socket.end(GARBAGE));
      socket.on("end", () => socket.end());
      return;
    }
    this.#wrongCertificate ??= createCertificate({ commonName: "stranger", names: ["stranger.invalid"] });
    const secure = new TLSSocket(socket, { isServer: true, ...this.#wrongCertificate });
    secure.on("error", () => socket.destroy());
    secure.on("secure", () => {
      this.wronglyTrusted++;
      secure.destroy();
    });
  }
}
