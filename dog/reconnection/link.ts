import type { Dial, DialEnd, DialTarget, DogSocket, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import {
  type LinkEffect,
  type LinkEnd,
  type LinkEvent,
  type LinkNotice,
  type LinkPolicy,
  type LinkState,
  RESTING,
} from "#lib/link/link-state.ts";
import { isEarlyEnd, isServersFault } from "#lib/link/link-verdict.ts";
import { noteServer, type OutageRecord } from "#lib/link/outage-record.ts";
import { transition } from "#lib/link/transition.ts";
import { Line } from "./line.ts";
import { LinkServers, type Urls } from "./link-servers.ts";
import { resolving } from "./resolving.ts";

export interface LinkPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly dial: Dial;
  readonly pollHealth: PollHealth;
  /** Host -> addresses to try, the system's first; absent: the system resolves while dialing. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Fetches a new token; rejects where there is none. The signal tells that nobody waits any longer. */
  readonly refreshToken?: (signal: AbortSignal) => Promise<void>;
}

export interface LinkHooks {
  /** The socket is open: say who you are, then call `accepted` or `refused` (or `fail`) within 10 s. */
  opened(socket: DogSocket, outage: OutageRecord | null): void;
  message(text: string): void;
  notice(notice: LinkNotice): void;
}

export interface LinkOptions {
  /** The primary first. */
  readonly servers: Urls;
  readonly policy: LinkPolicy;
  /** No byte for so long: the socket ends as network_timeout (45_000). */
  readonly watchdogMs: number;
  /** What to dial for a server, asked anew for every dial. */
  readonly target: (server: string) => Omit<DialTarget, "address" | "handshakeTimeoutMs">;
}

/**
 * The shell around the machine of lib/link: performs its effects, in order and never two steps within one another, with one
 * timer, one line and one question (a poll, a token) at a time.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #ports: LinkPorts;
  readonly #hooks: LinkHooks;
  readonly #servers: LinkServers;
  readonly #events: LinkEvent[] = [];
  readonly #closing = new Set<Promise<void>>();
  #isStepping = false;
  #policy: LinkPolicy;
  #state: LinkState = RESTING;
  #line: Line | null = null;
  #inUse: string | null = null;
  #cancelDue: (() => void) | null = null;
  #cancelQuestion: (() => void) | null = null;

  constructor(options: LinkOptions, ports: LinkPorts, hooks: LinkHooks) {
    const { resolve } = ports;
    this.#options = options;
    this.#ports = resolve === undefined ? ports : { ...ports, ...resolving({ ...ports, resolve }) };
    this.#hooks = hooks;
    this.#policy = options.policy;
    this.#servers = new LinkServers(options.servers, {
      ...this.#ports,
      target: options.target,
      returned: () => this.#take({ type: "move" }),
    });
  }

  get state(): LinkState {
    return this.#state;
  }

  get policy(): LinkPolicy {
    return this.#policy;
  }

  /** The one in use, or to be dialed next. */
  get server(): string {
    return this.#inUse ?? this.#servers.current;
  }

  /** Open, signed in or not. */
  get socket(): DogSocket | null {
    return this.#line?.socket ?? null;
  }

  start(): void {
    this.#take({ type: "start" });
  }

  /**
   * Leaves no timer and no socket: an open one gets a close frame 1000. Resolves once the last socket is gone, within 2 s.
   * Asked from within a step, the link stops right after it.
   */
  async stop(): Promise<void> {
    this.#take({ type: "stop" });
    if (this.#isStepping) await Promise.resolve();
    await Promise.all(this.#closing);
  }

  /** The login was accepted; `stored` false where the gateway could not acknowledge it (G112): the outage is reported again. */
  accepted(stored = true): void {
    if (this.#state.status !== "signing_in") return;
    this.#servers.worked();
    this.#take({ type: "accepted", turn: this.#state.turn, stored });
  }

  /** What a login with `stored: false` reported has been acknowledged since. */
  stored(): void {
    this.#take({ type: "stored", turn: this.#state.turn });
  }

  /** The login was refused with an answer's code (docs/PROTOCOL.md P5). */
  refused(code: number, retryAfterMs: number | null): void {
    this.#take({ type: "refused", turn: this.#state.turn, code, retryAfterMs });
  }

  /** The caller found the line unusable: ends it, and goes on as after any other failure. */
  fail(error: Error): void {
    if (this.#line === null) return;
    const { turn } = this.#state;
    this.#hangUp(null);
    this.#take({ type: "ended", turn, end: { ...NO_END, error } });
  }

  /** Another network: what was learned of servers on the last one is void, the primary is dialed at once. */
  networkChanged(): void {
    this.#servers.forget();
    this.#take({ type: "network_changed" });
  }

  /** Ends a wait; does nothing where a dial or a session is under way. */
  dialNow(): void {
    this.#take({ type: "dial_now" });
  }

  /** The backoff from its beginning. */
  reset(): void {
    this.#take({ type: "reset" });
  }

  setPolicy(policy: LinkPolicy): void {
    this.#policy = policy;
  }

  /** Takes effect with the next dial; what is known of a server that stays on the list is kept. */
  setServers(urls: Urls): void {
    this.#servers.set(urls, this.server);
    this.#servers.watchPrimary(this.#state.status === "up");
  }

  /** Listeners may call in from within a step: what they ask for comes after it. */
  #take(event: LinkEvent): void {
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  #step(event: LinkEvent): void {
    const before = this.#state;
    if ("turn" in event && event.turn !== before.turn) return;
    const { clock, random } = this.#ports;
    const now = clock.monotonic();
    if (isServersFault(before, event)) this.#servers.failed();
    else if (isEarlyEnd(before, event)) this.#servers.endedEarly();
    const canRefresh = this.#policy.canRefresh && this.#ports.refreshToken !== undefined;
    const [after, effects] = transition(before, event, { now, random, policy: { ...this.#policy, canRefresh } });
    this.#state = after;
    if (after.isStable && !before.isStable) this.#servers.lasted();
    if (after.turn !== before.turn) this.#dropQuestion();
    for (const effect of effects) this.#perform(effect);
    this.#servers.watchPrimary(after.status === "up");
  }

  #perform(effect: LinkEffect): void {
    switch (effect.type) {
      case "dial":
        this.#dial(effect.turn);
        return;
      case "login":
        this.#signIn(effect.outage);
        return;
      case "poll":
        this.#poll(effect.turn);
        return;
      case "refresh_token":
        this.#refreshToken(effect.turn);
        return;
      case "hang_up":
        this.#hangUp(effect.code);
        return;
      case "schedule":
        this.#schedule(effect.delayMs, effect.turn);
        return;
      case "cancel":
        this.#cancelDue?.();
        return;
      case "tell":
        this.#call(() => this.#hooks.notice(effect.notice));
        return;
    }
  }

  #schedule(delayMs: number, turn: number): void {
    this.#cancelDue?.();
    this.#cancelDue = this.#ports.clock.schedule(delayMs, () => this.#take({ type: "due", turn }));
  }

  #signIn(outage: OutageRecord | null): void {
    const { socket } = this;
    if (socket !== null) this.#call(() => this.#hooks.opened(socket, outage));
  }

  #dial(turn: number): void {
    const { clock, dial } = this.#ports;
    const { watchdogMs } = this.#options;
    const server = this.#servers.current;
    const { outage } = this.#state;
    this.#inUse = server;
    if (outage !== null) this.#state = { ...this.#state, outage: noteServer(outage, server) };
    const handshakeTimeoutMs = this.#policy.schedule.dialTimeoutMs;
    const target = { ...this.#options.target(server), handshakeTimeoutMs };
    this.#line = new Line(
      { clock, dial, target, watchdogMs },
      {
        opened: () => this.#take({ type: "opened", turn }),
        message: (text) => this.#call(() => this.#hooks.message(text)),
        ended: (end) => this.#ended(turn, end),
      },
    );
  }

  #ended(turn: number, end: DialEnd): void {
    this.#line = null;
    this.#inUse = null;
    this.#take({ type: "ended", turn, end });
  }

  #hangUp(code: number | null): void {
    const line = this.#line;
    this.#line = null;
    this.#inUse = null;
    if (line === null) return;
    line.close(code);
    const over = line.over.then(() => void this.#closing.delete(over));
    this.#closing.add(over);
  }

  #poll(turn: number): void {
    let isOver = false;
    const abort = this.#servers.poll((healthy, retryAfterMs) => {
      isOver = true;
      this.#cancelQuestion = null;
      this.#take({ type: "polled", turn, healthy, retryAfterMs });
    });
    if (!isOver) this.#cancelQuestion = abort;
  }

  #refreshToken(turn: number): void {
    const aborter = new AbortController();
    this.#cancelQuestion = () => aborter.abort();
    const answer = (ok: boolean) => {
      if (aborter.signal.aborted) return;
      this.#cancelQuestion = null;
      this.#take({ type: "refreshed", turn, ok });
    };
    const fetchToken = async () => this.#ports.refreshToken?.(aborter.signal);
    fetchToken().then(
      () => answer(true),
      () => answer(false),
    );
  }

  #dropQuestion(): void {
    this.#cancelQuestion?.();
    this.#cancelQuestion = null;
  }

  /** A listener that throws is its owner's trouble: the line goes on, the error surfaces on its own. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

const NO_END: LinkEnd = { closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null };
