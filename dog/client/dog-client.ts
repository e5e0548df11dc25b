import { Link } from "#dog/reconnection/link.ts";
import { systemRandom } from "#dog/reconnection/system-random.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { type LinkNotice, RESTING } from "#lib/link/link-state.ts";
import type { GatewayResponse } from "#lib/protocol/messages.ts";
import { type ClientEventName, type ClientEvents, ClientListeners } from "./client-events.ts";
import { type DogStatus, statusOfLink } from "./client-status.ts";
import { Conversation } from "./conversation.ts";
import { type DogClientOptions, DogOptionsError, optionProblems } from "./dog-client-options.ts";
import { DogSettings, type NetworkChange } from "./dog-settings.ts";
import { readRetryAfter } from "./gateway-message.ts";
import { OUTBOX_LIMIT } from "./outbox.ts";
import { RequestError } from "./request-error.ts";

const REQUEST_TIMEOUT_MS = 10_000;
const WATCHDOG_MS = 45_000;
/** A dial port lets go of a peer that does not answer its close frame in 2 s; no longer is waited for it. */
const GOODBYE_MS = 2_500;

export interface SendOptions {
  /** Until the answer, ms (10_000). A kept message is sent again after it. */
  readonly timeoutMs?: number;
  /** Waits in the outbox while offline, is sent again until it is answered, and never vanishes without a `dropped`. */
  readonly keep?: boolean;
}

/** From one `start` to its `stop`. */
interface Run {
  readonly link: Link;
  readonly firstLogin: PromiseWithResolvers<void>;
  readonly forget: () => void;
}

/**
 * One dog's line to its gateways: signs in, beats, tells of each outage, and comes back by itself for as long as it is not
 * stopped. Nothing a server or a listener does ends or throws through it (docs/DOG.md).
 */
export class DogClient {
  readonly #options: DogClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #listeners = new ClientListeners();
  readonly #settings: DogSettings;
  readonly #conversation: Conversation;
  #run: Run | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: DogClientOptions) {
    const { clock = systemClock, random = systemRandom } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#settings = new DogSettings(options);
    this.#conversation = new Conversation({
      clock,
      settings: this.#settings,
      listeners: this.#listeners,
      outboxLimit: { ...OUTBOX_LIMIT, ...options.outboxLimit },
      idPrefix: Math.floor(random() * 2 ** 40).toString(36),
    });
  }

  /** With the seed's arguments and the seed's numbers: 15 retries, 1 s to 60 s. */
  static create(serverUrl: string, appId: string, token: string, sn: string): DogClient {
    const schedule = { maxRetries: 15, baseDelayMs: 1_000, maxDelayMs: 60_000 };
    return new DogClient({ url: serverUrl, appId, token, sn, schedule });
  }

  /**
   * Resolves with the first accepted login, however long that takes. Rejects with a DogOptionsError, or with a RequestError
   * `stopped`. A client that was stopped can be started again.
   */
  start(): Promise<void> {
    if (this.#run) return this.#run.firstLogin.promise;
    const problems = optionProblems(this.#options);
    if (problems.length > 0) return unheard(Promise.reject(new DogOptionsError(problems)));
    if (this.#options.signal?.aborted) {
      return unheard(Promise.reject(new RequestError("stopped", "the signal was aborted")));
    }
    const run = this.#createRun();
    this.#run = run;
    if (this.#closing) void this.#closing.then(() => this.#run === run && run.link.start());
    else run.link.start();
    return run.firstLogin.promise;
  }

  /** Says goodbye (1000), and resolves once no socket and no timer is left. */
  stop(): Promise<void> {
    const run = this.#run;
    if (!run) return this.#closing ?? Promise.resolve();
    this.#run = null;
    run.forget();
    run.firstLogin.reject(new RequestError("stopped", "the client was stopped"));
    const { outage } = run.link.state;
    const closing = Promise.all([this.#closing, this.#closed(run.link)]).then(() => {
      if (this.#closing === closing) this.#closing = null;
    });
    this.#closing = closing;
    this.#conversation.stop(outage);
    this.#listeners.tell("stopped", {});
    return closing;
  }

  /** Resolves with the gateway's yes. Rejects with a RequestError; nobody has to wait for either. */
  send(
    service: string,
    args: Readonly<Record<string, unknown>> = {},
    { timeoutMs, keep = false }: SendOptions = {},
  ): Promise<GatewayResponse> {
    if (!this.#run) return unheard(Promise.reject(new RequestError("stopped", `${service} was not sent: not running`)));
    const patienceMs = timeoutMs ?? this.#options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    return unheard(this.#conversation.send(service, args, patienceMs, keep));
  }

  /** Returns the unsubscribe. What a listener throws is told as `error` and disturbs nothing. */
  on<N extends ClientEventName>(name: N, listener: (event: ClientEvents[N]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  getStatus(): DogStatus {
    const link = this.#run?.link;
    return {
      ...statusOfLink(link?.state ?? RESTING, this.#clock.monotonic()),
      ...this.#conversation.status,
      max_retries: this.#settings.maxRetries,
      has_connection: (link?.socket ?? null) !== null,
      server: link?.server ?? this.#settings.servers[0],
      network: this.#settings.network,
    };
  }

  /**
   * The dog is on another network: what it knew of the old one's failures is void, and it dials at once. Throws a
   * DogOptionsError where what changes cannot be.
   */
  networkChanged(change: NetworkChange = {}): void {
    this.#settings.change(change);
    const link = this.#run?.link;
    link?.setPolicy(this.#settings.policy);
    if (change.servers) link?.setServers(this.#settings.servers);
    link?.networkChanged();
  }

  /** Does not wait for the next retry. */
  dialNow(): void {
    this.#run?.link.dialNow();
  }

  #createRun(): Run {
    const { resolve, refreshToken, signal } = this.#options;
    const ifRunning = (task: () => void) => {
      if (this.#run === run) task();
    };
    const link: Link = new Link(
      {
        servers: this.#settings.servers,
        policy: this.#settings.policy,
        watchdogMs: this.#options.watchdogMs ?? WATCHDOG_MS,
        target: (url) => this.#target(url),
      },
      {
        clock: this.#clock,
        random: this.#random,
        dial: this.#options.dial ?? dialWebSocket,
        pollHealth: this.#options.pollHealth ?? pollHealth,
        ...(resolve ? { resolve } : {}),
        ...(refreshToken ? { refreshToken: (aborted) => this.#refresh(run, refreshToken, aborted) } : {}),
      },
      {
        opened: (socket, outage) => ifRunning(() => this.#conversation.signIn(socket, outage)),
        message: (text) => ifRunning(() => this.#conversation.received(link, text)),
        notice: (notice) => ifRunning(() => this.#noticed(run, notice)),
      },
    );
    const abort = () => void this.stop();
    signal?.addEventListener("abort", abort, { once: true });
    const firstLogin = Promise.withResolvers<void>();
    unheard(firstLogin.promise);
    const run: Run = { link, firstLogin, forget: () => signal?.removeEventListener("abort", abort) };
    return run;
  }

  /** The token goes in a header, never in the address: addresses are logged. */
  #target(url: string) {
    const { tls, localAddress } = this.#options;
    return {
      url,
      headers: { Authorization: `Bearer ${this.#settings.token}` },
      ...(tls ? { tls } : {}),
      ...(localAddress === undefined ? {} : { localAddress }),
    };
  }

  async #refresh(run: Run, refresh: NonNullable<DogClientOptions["refreshToken"]>, signal: AbortSignal): Promise<void> {
    const { lastReason: reason, lastError: error, reauthTries: tries } = run.link.state;
    try {
      const token = await refresh({ reason, error, tries, signal });
      if (!signal.aborted && this.#run === run) this.#settings.token = token;
    } catch (cause) {
      if (this.#run === run) this.#listeners.tell("error", { of: "token", message: "no new token", cause });
      throw cause;
    }
  }

  #noticed(run: Run, notice: LinkNotice): void {
    const { link } = run;
    const { type } = notice;
    switch (type) {
      case "connecting":
      case "stable":
        this.#listeners.tell(type, { server: link.server });
        return;
      case "connected": {
        run.firstLogin.resolve();
        const { socket } = link;
        if (socket) this.#conversation.begin(link, socket);
        return;
      }
      case "disconnected":
        this.#conversation.end();
        this.#listeners.tell(type, { reason: notice.reason, error: notice.error });
        return;
      case "dial_failed":
        this.#listeners.tell("error", { of: "dial", message: notice.error ?? notice.reason });
        return;
      case "refused": {
        const { message = "", args } = this.#conversation.loginAnswer ?? {};
        this.#listeners.tell(type, { code: notice.code, message, retryAfterMs: readRetryAfter(args) });
        return;
      }
      case "retrying": {
        const { type: _type, ...wait } = notice;
        this.#listeners.tell(type, wait);
        return;
      }
      case "probing":
        this.#listeners.tell(type, { delayMs: notice.delayMs });
        return;
      case "gave_up":
      case "stopped":
        return;
    }
  }

  /** Within the bound, whatever the dial port makes of its promise. */
  #closed(link: Link): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.schedule(GOODBYE_MS, resolve);
    void link.stop().then(() => {
      cancel();
      resolve();
    });
    return promise;
  }
}

/** Whoever does not wait for an answer must not have the process ended by it. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
