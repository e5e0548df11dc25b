import { Link } from "#dog/reconnection/link.ts";
import { serverProblems } from "#dog/servers/server-list.ts";
import type { DogSocket } from "#dog/transport/dial.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { type LinkNotice, type LinkPolicy, RESTING } from "#lib/link/link-state.ts";
import type { GatewayPush, GatewayResponse } from "#lib/protocol/messages.ts";
import { HEARTBEAT_SERVICE, LOGIN_SERVICE, POLICY_SERVICE } from "#lib/protocol/services.ts";
import type { RetryPolicy, Schedule } from "#lib/reconnection/schedule.ts";
import { type ClientEventName, type ClientEvents, ClientListeners } from "./client-events.ts";
import { type DogStatus, statusOfLink } from "./client-status.ts";
import {
  type DogClientOptions,
  DogOptionsError,
  type DogSchedule,
  optionProblems,
  scheduleOf,
  scheduleProblems,
  serversOf,
} from "./dog-client-options.ts";
import { readGatewayMessage, readLoginAnswer, readPolicy, readRetryAfter } from "./gateway-message.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { DogIdentity } from "./login-args.ts";
import { OUTBOX_LIMIT, Outbox } from "./outbox.ts";
import { RequestError } from "./request-error.ts";
import { requestText } from "./request-text.ts";
import { Requests } from "./requests.ts";
import { SignIn } from "./sign-in.ts";
import { systemRandom } from "./system-random.ts";

/** The login of a gateway that names no pace of its own. */
const HEARTBEAT_MS = 30_000;
const STABLE_MS = 60_000;
const REQUEST_TIMEOUT_MS = 10_000;
const WATCHDOG_MS = 45_000;

export interface SendOptions {
  /** Until the answer, ms (10_000). A kept message is sent again after it. */
  readonly timeoutMs?: number;
  /** Waits in the outbox while offline, is sent again until it is answered, and never vanishes without a `dropped`. */
  readonly keep?: boolean;
}

/** What changes with the network under a dog; what is left out stays. */
export interface NetworkChange {
  readonly network?: string;
  readonly servers?: readonly string[];
  readonly schedule?: DogSchedule;
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
  readonly #heartbeat: Heartbeat;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #signIn = new SignIn();
  readonly #follows: boolean;
  #servers: readonly string[];
  #network: string | undefined;
  #schedule: Schedule;
  #isUnreadableTold = false;
  #token: string;
  #stableMs = STABLE_MS;
  #heartbeatMs = HEARTBEAT_MS;
  #session: { readonly id: string | null; readonly socket: DogSocket } | null = null;
  #answer: GatewayResponse | null = null;
  #run: Run | null = null;
  #closing: Promise<void> | null = null;
  #requestPrefix: string;
  #requestCount = 0;
  #undecodable = 0;

  constructor(options: DogClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#heartbeat = new Heartbeat(this.#clock);
    this.#requests = new Requests(this.#clock);
    this.#outbox = new Outbox(this.#clock, { ...OUTBOX_LIMIT, ...options.outboxLimit }, (dropped) =>
      this.#listeners.tell("dropped", dropped),
    );
    this.#follows = options.followPolicy ?? options.schedule === undefined;
    this.#servers = serversOf(options);
    this.#network = options.network;
    this.#schedule = scheduleOf(options.schedule);
    this.#token = options.token;
    this.#requestPrefix = Math.floor(this.#random() * 2 ** 40).toString(36);
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
    if (problems.length > 0) return rejected(new DogOptionsError(problems));
    if (this.#options.signal?.aborted) return rejected(new RequestError("stopped", "the signal was aborted"));
    const run = this.#createRun();
    this.#run = run;
    if (this.#closing) void this.#closing.then(() => this.#run === run && run.link.start());
    else run.link.start();
    return run.firstLogin.promise;
  }

  /** Says goodbye (1000), and resolves once no socket and no timer is left, after 2 s at most. */
  stop(): Promise<void> {
    const run = this.#run;
    if (!run) return this.#closing ?? Promise.resolve();
    this.#run = null;
    this.#signIn.keep(run.link.state.outage);
    run.forget();
    this.#leaveSession("stopped");
    run.firstLogin.reject(new RequestError("stopped", "the client was stopped"));
    // Asked from within one of its own steps, a link stops after that step: the second call waits for that.
    const closing = Promise.all([this.#closing, run.link.stop().then(() => run.link.stop())]).then(() => {
      if (this.#closing === closing) this.#closing = null;
    });
    this.#closing = closing;
    this.#outbox.clear("stopped");
    this.#listeners.tell("stopped", {});
    return closing;
  }

  /** Resolves with the gateway's yes. Rejects with a RequestError; nobody has to wait for either. */
  send(
    service: string,
    args: Readonly<Record<string, unknown>> = {},
    options: SendOptions = {},
  ): Promise<GatewayResponse> {
    const answered = this.#send(service, args, options);
    // Whoever sends without waiting must not have the process ended by an answer that does not come.
    answered.catch(() => {});
    return answered;
  }

  /** Returns the unsubscribe. What a listener throws is told as `error` and disturbs nothing. */
  on<N extends ClientEventName>(name: N, listener: (event: ClientEvents[N]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  getStatus(): DogStatus {
    const run = this.#run;
    return {
      ...statusOfLink(run?.link.state ?? RESTING, this.#clock.monotonic()),
      max_retries: this.#schedule.maxRetries,
      has_connection: (run?.link.socket ?? null) !== null,
      server: run?.link.server ?? this.#servers[0] ?? "",
      network: this.#network ?? null,
      outbox: this.#outbox.status,
      undecodable: this.#undecodable,
    };
  }

  /** The dog is on another network: what it knew of the old one's failures is void, and it dials at once. */
  networkChanged(change: NetworkChange = {}): void {
    const { network, servers, schedule } = change;
    const problems = [
      ...serverProblems([
        { field: "servers", urls: this.#servers },
        ...(servers ? [{ field: "new servers", urls: servers }] : []),
      ]),
      ...(schedule ? scheduleProblems(scheduleOf(schedule)) : []),
    ];
    if (problems.length > 0) throw new DogOptionsError(problems);
    this.#network = network ?? this.#network;
    this.#servers = servers ?? this.#servers;
    this.#schedule = schedule ? scheduleOf(schedule) : this.#schedule;
    const link = this.#run?.link;
    if (!link) return;
    link.setPolicy(this.#policy());
    if (servers) link.setServers(this.#serverList());
    link.networkChanged();
  }

  /** Does not wait for the next retry. */
  dialNow(): void {
    this.#run?.link.dialNow();
  }

  #createRun(): Run {
    const { dial = dialWebSocket, resolve, refreshToken, tls, localAddress, signal } = this.#options;
    const link: Link = new Link(
      {
        servers: this.#serverList(),
        policy: this.#policy(),
        watchdogMs: this.#options.watchdogMs ?? WATCHDOG_MS,
        target: (url) => ({
          url,
          headers: { Authorization: `Bearer ${this.#token}` },
          ...(tls ? { tls } : {}),
          ...(localAddress === undefined ? {} : { localAddress }),
        }),
      },
      {
        clock: this.#clock,
        random: this.#random,
        dial,
        pollHealth: this.#options.pollHealth ?? pollHealth,
        ...(resolve ? { resolve } : {}),
        ...(refreshToken ? { refreshToken: (aborted) => this.#refresh(run, refreshToken, aborted) } : {}),
      },
      {
        opened: (socket, outage) => {
          if (this.#run !== run) return;
          this.#isUnreadableTold = false;
          const id = this.#nextId("login");
          socket.send(this.#signIn.message(id, this.#identity(), this.#token, this.#moment(), outage));
        },
        message: (text) => {
          if (this.#run === run) this.#received(run, text);
        },
        notice: (notice) => {
          if (this.#run === run) this.#noticed(run, notice);
        },
      },
    );
    const firstLogin = Promise.withResolvers<void>();
    firstLogin.promise.catch(() => {});
    const abort = () => void this.stop();
    signal?.addEventListener("abort", abort, { once: true });
    const forget = () => signal?.removeEventListener("abort", abort);
    const run: Run = { link, firstLogin, forget };
    return run;
  }

  async #refresh(run: Run, refresh: NonNullable<DogClientOptions["refreshToken"]>, signal: AbortSignal): Promise<void> {
    const { lastReason: reason, lastError: error, reauthTries: tries } = run.link.state;
    try {
      const token = await refresh({ reason, error, tries, signal });
      if (!/^[\x21-\x7e]{1,512}$/.test(token)) throw new TypeError("expected a token of 1 to 512 printable characters");
      if (!signal.aborted && this.#run === run) this.#token = token;
    } catch (cause) {
      if (this.#run === run) this.#listeners.tell("error", { of: "token", message: "no new token", cause });
      throw cause;
    }
  }

  #received(run: Run, text: string): void {
    const message = readGatewayMessage(text);
    if (!message) {
      this.#undecodable++;
      // Once a session: a server that sends nothing else sends much of it.
      if (!this.#isUnreadableTold) this.#listeners.tell("error", { of: "message", message: "a frame nobody can read" });
      this.#isUnreadableTold = true;
      return;
    }
    if (message.op === "galbot_push") this.#pushed(run, message);
    else if (this.#signIn.isAnswer(message)) this.#signedIn(run, message);
    else if (!this.#outbox.answer(message) && !this.#requests.answer(message) && message.code === 429) {
      this.#outbox.overRate(readRetryAfter(message.args));
    }
  }

  #signedIn(run: Run, response: GatewayResponse): void {
    const { link } = run;
    const { status } = link.state;
    if (status === "up") {
      if (!this.#signIn.isUnstored) return;
      if (!response.result) {
        if (response.code === 401) this.#tokenRefused();
        return;
      }
      if (!readLoginAnswer(response.args).stored) return;
      this.#signIn.accepted(true);
      link.stored();
      return;
    }
    if (status !== "signing_in") return;
    this.#answer = response;
    if (!response.result) {
      link.refused(response.code, readRetryAfter(response.args));
      return;
    }
    const { heartbeatMs, stableMs, policy, stored } = readLoginAnswer(response.args);
    this.#signIn.accepted(stored);
    this.#heartbeatMs = this.#options.heartbeatMs ?? heartbeatMs ?? HEARTBEAT_MS;
    this.#stableMs = stableMs ?? STABLE_MS;
    link.setPolicy(this.#policy());
    if (policy) this.#adopt(run, policy);
    link.accepted(undefined, stored);
  }

  #pushed(run: Run, push: GatewayPush): void {
    const { service, args } = push;
    const policy = service === POLICY_SERVICE ? readPolicy(args) : null;
    if (policy) this.#adopt(run, policy);
    this.#listeners.tell("push", push);
    if (service === LOGIN_SERVICE && args.code === 401) this.#tokenRefused();
  }

  /** A dog that follows the operator takes over the numbers; one that reported its own keeps to what it said. */
  #adopt(run: Run, policy: RetryPolicy): void {
    const { maxRetries, baseDelayMs, maxDelayMs } = this.#schedule;
    const same =
      policy.maxRetries === maxRetries && policy.baseDelayMs === baseDelayMs && policy.maxDelayMs === maxDelayMs;
    if (!this.#follows || same) return;
    this.#schedule = { ...this.#schedule, ...policy };
    run.link.setPolicy(this.#policy());
    this.#listeners.tell("policy", policy);
  }

  #noticed(run: Run, notice: LinkNotice): void {
    switch (notice.type) {
      case "connecting":
        this.#listeners.tell("connecting", { server: run.link.server });
        return;
      case "connected":
        this.#cameUp(run);
        return;
      case "stable":
        this.#listeners.tell("stable", { server: run.link.server });
        return;
      case "disconnected":
        this.#leaveSession("disconnected");
        this.#listeners.tell("disconnected", { reason: notice.reason, error: notice.error });
        return;
      case "dial_failed":
        this.#listeners.tell("error", { of: "dial", message: notice.error ?? notice.reason });
        return;
      case "refused": {
        const retryAfterMs = readRetryAfter(this.#answer?.args);
        const message = this.#answer?.message ?? "";
        this.#listeners.tell("refused", { code: notice.code, message, retryAfterMs });
        return;
      }
      case "retrying": {
        const { delayMs, attempt, next } = notice;
        this.#listeners.tell("retrying", { delayMs, attempt, next });
        return;
      }
      case "probing":
        this.#listeners.tell("probing", { delayMs: notice.delayMs });
        return;
      case "gave_up":
      case "stopped":
        return;
    }
  }

  #cameUp(run: Run): void {
    const { socket, server } = run.link;
    if (!socket) return;
    const id = readLoginAnswer(this.#answer?.args).session;
    const session = { id, socket };
    this.#session = session;
    this.#heartbeat.start(this.#heartbeatMs, () => this.#beat());
    run.firstLogin.resolve();
    const { report } = this.#signIn;
    const outage = report && { id: report.id, durationMs: report.duration_ms, dials: report.dials };
    this.#listeners.tell("connected", { server, session: id, outage });
    // A listener may have ended it.
    if (this.#session === session) this.#outbox.open((text) => socket.send(text));
  }

  #leaveSession(why: "disconnected" | "stopped"): void {
    this.#session = null;
    this.#heartbeat.stop();
    this.#requests.failAll(why);
    if (why === "disconnected") this.#outbox.close();
  }

  #beat(): void {
    const session = this.#session;
    if (!session) return;
    if (this.#signIn.isUnstored) {
      session.socket.send(this.#signIn.again(this.#nextId("login"), this.#identity(), this.#token, this.#moment()));
      return;
    }
    const id = this.#nextId("heartbeat");
    const text = JSON.stringify({ op: "galbot_request", service: HEARTBEAT_SERVICE, args: {}, request_id: id });
    this.#requests
      .ask(id, HEARTBEAT_SERVICE, REQUEST_TIMEOUT_MS, () => session.socket.send(text))
      .catch((error: RequestError) => {
        if (error.response?.code === 401 && this.#session === session) this.#tokenRefused();
      });
  }

  /** The session is no longer ours: ended here, so that a new token is fetched. */
  #tokenRefused(): void {
    const error = Object.assign(new Error("the gateway no longer takes this session's token"), { status: 401 });
    if (this.#session) this.#run?.link.fail(error);
  }

  async #send(
    service: string,
    args: Readonly<Record<string, unknown>>,
    options: SendOptions,
  ): Promise<GatewayResponse> {
    if (!this.#run) throw new RequestError("stopped", `${service} was not sent: the client is not running`);
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    const id = this.#nextId(options.keep ? "kept" : "request");
    const text = requestText(service, args, id);
    if (options.keep) return this.#outbox.keep(id, service, text, timeoutMs);
    const session = this.#session;
    if (!session) throw new RequestError("disconnected", `${service} was not sent: there is no session`);
    return this.#requests.ask(id, service, timeoutMs, () => session.socket.send(text));
  }

  #identity(): DogIdentity {
    const { sn, appId, client = "leash-dog/1", firmware, labels, schedule } = this.#options;
    const reported = schedule ? this.#schedule : undefined;
    return { sn, appId, client, network: this.#network, firmware, labels, schedule: reported };
  }

  #policy(): LinkPolicy {
    const canRefresh = this.#options.refreshToken !== undefined;
    return { schedule: this.#schedule, canRefresh, giveUp: false, stableMs: this.#stableMs };
  }

  /** Checked at `start`: there is at least one. */
  #serverList(): readonly [string, ...string[]] {
    const [primary = "", ...backups] = this.#servers;
    return [primary, ...backups];
  }

  #moment() {
    return { now: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  #nextId(kind: string): string {
    return `${kind}_${this.#requestPrefix}_${++this.#requestCount}`;
  }
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}
