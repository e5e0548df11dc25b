import { parseServers } from "#dog/servers/server-list.ts";
import type { DogSocket } from "#dog/transport/dial.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { LinkNotice, LinkPolicy } from "#lib/link/link-state.ts";
import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { leashSchedule, type RetryPolicy } from "#lib/reconnection/schedule.ts";
import { Link } from "./link.ts";
import { ReconnectionError } from "./reconnection-error.ts";
import { checkedRetries, type ReconnectionOptions, retriesOf } from "./reconnection-options.ts";
import { shielded } from "./shielded.ts";
import { systemRandom } from "./system-random.ts";
import { Waiters } from "./waiters.ts";

export type ReconnectCallback = (socket: DogSocket) => void | Promise<void>;
export type DisconnectCallback = (error: ReconnectionError) => void;

export interface ReconnectionStatus {
  readonly attempts: number;
  readonly maxRetries: number;
  readonly nextDelayMs: number;
}

/** Time connected after which the backoff starts anew: a server that accepts and then drops is no recovery. */
const STABLE_MS = 60_000;

/**
 * The seed's ReconnectionClient: one connection, kept. `connectWithRetry` dials until there is one or the retries are used up;
 * a connection that ends is sought again the same way. It speaks no protocol of ours: DogClient does.
 */
export class ReconnectionClient {
  readonly #options: ReconnectionOptions;
  readonly #link: Link;
  readonly #waiters = new Waiters<DogSocket>();
  #retries: RetryPolicy;
  #token: string;
  #handedOut: DogSocket | null = null;
  #onReconnect: ReconnectCallback = () => {};
  #onDisconnect: DisconnectCallback = () => {};
  #onMessage: (text: string) => void;
  #forgetSignal = () => {};

  /** `token` goes as `Authorization: Bearer`, never into the URL. Throws a ServerListError for servers nobody can dial. */
  constructor(url: string, token: string, options: ReconnectionOptions = {}) {
    const { clock = systemClock, random = systemRandom, dial = dialWebSocket, resolve, refreshToken } = options;
    this.#options = options;
    this.#token = token;
    this.#onMessage = options.onMessage ?? (() => {});
    this.#retries = checkedRetries(retriesOf(options));
    this.#link = new Link(
      {
        servers: parseServers([url, ...(options.servers ?? [])]),
        policy: this.#policy(),
        watchdogMs: options.watchdogMs ?? 45_000,
        target: (server) => this.#target(server),
      },
      {
        clock,
        random,
        dial,
        pollHealth: options.pollHealth ?? pollHealth,
        ...(resolve === undefined ? {} : { resolve }),
        ...(refreshToken === undefined ? {} : { refreshToken: (signal) => this.#refresh(refreshToken, signal) }),
      },
      {
        opened: (socket) => void this.#opened(socket),
        message: (text) => this.#shield("the message callback", () => this.#onMessage(text)),
        notice: (notice) => this.#noticed(notice),
      },
    );
  }

  /** Dials after the first one before it gives up. Throws a RangeError for what is no number of dials. */
  setMaxRetries(maxRetries: number): void {
    this.#setRetries({ ...this.#retries, maxRetries });
  }

  setDelays(baseDelayMs: number, maxDelayMs: number): void {
    this.#setRetries({ ...this.#retries, baseDelayMs, maxDelayMs });
  }

  /** Called once for every connection, the first included, before `connectWithRetry` resolves. What it throws is a failed dial. */
  setReconnectCallback(callback: ReconnectCallback): void {
    this.#onReconnect = callback;
  }

  /** Called for every dial that failed and every connection that ended. What it throws goes to `onError`. */
  setDisconnectCallback(callback: DisconnectCallback): void {
    this.#onDisconnect = callback;
  }

  setMessageCallback(callback: (text: string) => void): void {
    this.#onMessage = callback;
  }

  /** Wait in ms after failed attempt `attempt` (0-based), before up to half as much again is added at random. */
  calculateBackoff(attempt: number): number {
    return calculateBackoff(attempt, this.#retries.baseDelayMs, this.#retries.maxDelayMs);
  }

  /**
   * Resolves with the connection there is, or the next one, once the reconnect callback has resolved. Joins what is under way.
   * Rejects with a ReconnectionError `gave_up` or `stopped`; a signal that aborts stops the client where nobody else waits.
   */
  connectWithRetry({ signal }: { readonly signal?: AbortSignal } = {}): Promise<DogSocket> {
    if (signal?.aborted || this.#options.signal?.aborted) return Promise.reject(aborted());
    const socket = this.#handedOut;
    if (socket !== null && this.#link.state.status === "up") return Promise.resolve(socket);
    const connected = this.#waiters.wait(signal, () => {
      if (this.#waiters.size === 0) this.stopReconnection();
      return aborted();
    });
    this.#heedSignal();
    this.#link.start();
    return connected;
  }

  /**
   * Ends whatever is under way, a connection with a close frame: no timer and no socket is left, a pending `connectWithRetry`
   * rejects. The next one starts afresh. Resolves once the socket is gone, 2 s at most.
   */
  stopReconnection(): Promise<void> {
    return this.#link.stop();
  }

  getCurrentStatus(): ReconnectionStatus {
    const { attempt } = this.#link.state;
    return {
      attempts: attempt,
      maxRetries: this.#retries.maxRetries,
      nextDelayMs: this.calculateBackoff(attempt),
    };
  }

  /** From the first dial to a connection, and again from its end. */
  isReconnecting(): boolean {
    const { status } = this.#link.state;
    return status !== "resting" && status !== "up";
  }

  /** The backoff from its beginning. */
  reset(): void {
    this.#link.reset();
  }

  #setRetries(retries: RetryPolicy): void {
    this.#retries = checkedRetries(retries);
    this.#link.setPolicy(this.#policy());
  }

  #policy(): LinkPolicy {
    const { handshakeTimeoutMs = 10_000, refreshToken } = this.#options;
    return {
      schedule: { ...leashSchedule(this.#retries, "reported"), dialTimeoutMs: handshakeTimeoutMs },
      canRefresh: refreshToken !== undefined,
      giveUp: true,
      stableMs: STABLE_MS,
    };
  }

  #target(url: string) {
    const { tls, localAddress } = this.#options;
    return {
      url,
      ...(this.#token === "" ? {} : { headers: { Authorization: `Bearer ${this.#token}` } }),
      ...(tls === undefined ? {} : { tls }),
      ...(localAddress === undefined ? {} : { localAddress }),
    };
  }

  async #refresh(refreshToken: (signal: AbortSignal) => Promise<string>, signal: AbortSignal): Promise<void> {
    const token = await refreshToken(signal);
    if (!signal.aborted) this.#token = token;
  }

  async #opened(socket: DogSocket): Promise<void> {
    const handedOut = closingStops(socket, () => void this.stopReconnection());
    try {
      await this.#onReconnect(handedOut);
    } catch (cause) {
      if (this.#link.socket !== socket) return;
      const said = cause instanceof Error ? cause.message : String(cause);
      this.#link.fail(new Error(`the reconnect callback failed: ${said}`, { cause }));
      return;
    }
    // The callback may have taken longer than its connection lived.
    if (this.#link.socket !== socket) return;
    this.#handedOut = handedOut;
    this.#link.accepted();
  }

  #noticed(notice: LinkNotice): void {
    switch (notice.type) {
      case "connected":
        if (this.#handedOut !== null) this.#waiters.resolve(this.#handedOut);
        return;
      case "dial_failed":
      case "disconnected":
        this.#handedOut = null;
        this.#disconnected(new ReconnectionError("disconnected", notice.error ?? notice.reason, notice.reason));
        return;
      case "gave_up": {
        const message = `no connection after ${notice.dials} dials: ${notice.error ?? "unknown error"}`;
        this.#rest(new ReconnectionError("gave_up", message, this.#link.state.lastReason));
        return;
      }
      case "stopped":
        this.#rest(new ReconnectionError("stopped", "the reconnection was stopped"));
        return;
      case "connecting":
      case "stable":
      case "refused":
      case "retrying":
      case "probing":
        return;
    }
  }

  #disconnected(error: ReconnectionError): void {
    this.#shield("the disconnect callback", () => this.#onDisconnect(error));
  }

  #shield(what: string, callback: () => unknown): void {
    shielded(what, callback, this.#options.onError);
  }

  #rest(error: ReconnectionError): void {
    this.#handedOut = null;
    this.#forgetSignal();
    this.#waiters.reject(error);
  }

  #heedSignal(): void {
    const { signal } = this.#options;
    const stop = () => void this.stopReconnection();
    this.#forgetSignal();
    signal?.addEventListener("abort", stop, { once: true });
    this.#forgetSignal = () => signal?.removeEventListener("abort", stop);
  }
}

/** The connection as its owner sees it: closing it is stopping, since nothing else would tell it from a drop. */
function closingStops(socket: DogSocket, stop: () => void): DogSocket {
  return {
    send: (text) => socket.send(text),
    close(code, reason) {
      socket.close(code, reason);
      stop();
    },
    hangUp: () => socket.hangUp(),
    terminate: () => socket.terminate(),
    reset: () => socket.reset(),
    freeze: () => socket.freeze(),
    get bufferedBytes() {
      return socket.bufferedBytes;
    },
  };
}

const aborted = () => new ReconnectionError("stopped", "the signal was aborted");
