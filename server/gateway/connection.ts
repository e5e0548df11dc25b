import type { DogConnected } from "#lib/fleet/event.ts";
import { HEARTBEAT_SERVICE, LOGIN_SERVICE, type LoginAnswerArgs, type LoginArgs } from "#lib/protocol/messages.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import { ANSWER, type AnswerKind, answer, heartbeatAnswer, type RequestId } from "./answer.ts";
import { ENDING, type Ending, endingCause } from "./ending.ts";
import type { ConnectionHost } from "./host.ts";
import { decodeRequest } from "./request.ts";
import { type RoundTrip, RttSeries } from "./rtt-series.ts";
import type { Handshake, Socket, SocketHandler } from "./socket.ts";
import { TokenBucket } from "./token-bucket.ts";
import { UNFILED, type WheelEntry } from "./wheel.ts";

/** A login whose answer is due, for the sake of its `request_id`. */
export interface LoginRequest {
  readonly service: string;
  readonly requestId: RequestId;
}

/** A logged-in dog. `since` is monotonic ms, `stableAt` attended ms. */
export interface DogSession {
  readonly connected: DogConnected;
  readonly leash: boolean;
  readonly digest: string;
  readonly since: number;
  stableAt: number | null;
  silent: boolean;
}

export type ConnectionState =
  | { readonly status: "waiting"; readonly until: number }
  /** A good login that came too soon after too many others: it is let in at `until`. */
  | {
      readonly status: "held";
      readonly until: number;
      readonly login: LoginArgs;
      readonly digest: string;
      readonly requests: LoginRequest[];
    }
  | { readonly status: "session"; readonly session: DogSession }
  /** An older socket of a seed dog whose newer one is the session. Kept, so that the two do not fight. */
  | { readonly status: "duplicate"; readonly session: DogSession }
  /** Answered already; closed once the penalty is over. */
  | { readonly status: "refused"; readonly until: number; readonly sn: string; readonly ending: Ending }
  /** Decided; the pipe is on its way out. */
  | { readonly status: "closing" };

/** A longer frame counts as several. */
const FRAME_BYTES = 16 * 1024;
/** Frames that may still be on their way when we close. */
const MOST_AFTER_THE_END = 64;
const STRIKES = 3;
const STRIKE_MEMORY_MS = 60_000;
const COMPLAINT_EVERY_MS = 1_000;

/** One dog's socket from the handshake to its end: limits, liveness, dispatch. Who may log in is the host's business. */
export class DogConnection implements SocketHandler, WheelEntry {
  readonly socket: Socket;
  readonly handshake: Handshake;
  slot = UNFILED;
  state: ConnectionState;
  /** Monotonic ms of the last frame. */
  heardAt: number;
  /** Attended ms since which too much waits unsent; null while the dog keeps up. */
  blockedSince: number | null = null;
  readonly #host: ConnectionHost;
  readonly #bucket: TokenBucket;
  #heardTime: number;
  /** Frames since the last tick. */
  #frames = 0;
  #pingAt: number;
  /** Monotonic ms of the oldest ping without a pong. */
  #pingSentAt: number | null = null;
  #rtt: RttSeries | undefined;
  #strikes = 0;
  #strikeAt = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor(host: ConnectionHost, socket: Socket, handshake: Handshake) {
    const { config, wheel, clock } = host;
    this.#host = host;
    this.socket = socket;
    this.handshake = handshake;
    this.heardAt = clock.monotonic();
    this.#heardTime = wheel.time + wheel.tickMs;
    this.#bucket = new TokenBucket(config.messagesPerSecond, config.messageBurst, this.heardAt);
    this.#pingAt = wheel.now() + host.random() * config.pingEveryMs;
    this.state = { status: "waiting", until: wheel.now() + config.loginTimeoutMs };
    this.refile();
  }

  heard(bytes = 0): void {
    this.heardAt = this.#host.clock.monotonic();
    const heardTime = this.#host.wheel.time + this.#host.wheel.tickMs;
    if (heardTime !== this.#heardTime) this.#frames = 0;
    this.#heardTime = heardTime;
    const { state } = this;
    this.#frames += 1 + Math.floor(bytes / FRAME_BYTES);
    if (this.#frames > (state.status === "closing" ? MOST_AFTER_THE_END : this.#host.config.maxFramesPerTick)) {
      this.#cutFlood();
      return;
    }
    if (state.status !== "session" || !state.session.silent) return;
    state.session.silent = false;
    const { sn, session } = state.session.connected;
    this.#host.journal.append({ type: "dog.heard", sn, session });
  }

  pong(): void {
    if (this.#pingSentAt === null) return;
    const ms = Math.round(this.heardAt - this.#pingSentAt);
    this.#pingSentAt = null;
    this.#rtt ??= new RttSeries();
    this.#rtt.add(this.#host.clock.now(), ms);
    this.#host.metrics.observeRtt?.(ms);
  }

  /** The last round trip, ms. */
  get rttMs(): number | null {
    return this.#rtt?.last ?? null;
  }

  /** The last 120, oldest first. */
  roundTrips(): readonly RoundTrip[] {
    return this.#rtt?.points() ?? [];
  }

  /** Answers the login that made this a session. A ping follows: a dog that is new shows a round trip at once. */
  welcome(request: LoginRequest, args: LoginAnswerArgs): void {
    const isNew = this.#rtt === undefined && this.#pingSentAt === null;
    this.send(answer(request, ANSWER.ok, undefined, args), isNew);
  }

  message(text: string): void {
    if (this.state.status === "closing") return;
    this.#host.metrics.count("message");
    if (!this.#bucket.take(this.heardAt)) {
      this.#complain();
      return;
    }
    const decoded = decodeRequest(text);
    if (!decoded.ok) {
      this.#strike(decoded.reason);
      return;
    }
    const { service, args, request_id: requestId } = decoded.message;
    const request = { service, requestId };
    if (service === HEARTBEAT_SERVICE) this.#heartbeat(requestId);
    else if (service === LOGIN_SERVICE) this.#host.login(this, args, request);
    else this.reply(request, ANSWER.unknownService, "no such service");
  }

  ended(cause: DisconnectCause): void {
    try {
      this.#host.gone(this, cause);
    } finally {
      this.state = { status: "closing" };
      this.#host.wheel.remove(this);
    }
  }

  reply(request: LoginRequest, kind: AnswerKind, detail?: string, args?: Record<string, unknown>): void {
    this.send(answer(request, kind, detail, args));
  }

  send(text: string, withPing = false): void {
    if (this.state.status === "closing") return;
    if (withPing) this.#pingSentAt ??= this.#host.clock.monotonic();
    this.socket.send(text, withPing);
    const { config, wheel } = this.#host;
    const waiting = this.socket.bufferedBytes;
    if (waiting > config.maxBufferedBytes) {
      this.end(ENDING.slowConsumer, "unsent bytes over the limit");
      return;
    }
    if (waiting > BLOCKED_BYTES) {
      this.blockedSince ??= wheel.now();
      this.refile();
    }
  }

  /** Decides the end: the host tells the journal now, the dog reads the close code, the pipe follows. */
  end(ending: Ending, detail?: string): void {
    if (this.state.status === "closing") return;
    this.#host.ending(this, endingCause(ending, detail));
    this.state = { status: "closing" };
    this.#host.wheel.remove(this);
    this.#frames = 0;
    this.#host.metrics.count("closed", String(ending.close.code));
    this.socket.close(ending.close.code, ending.close.reason);
  }

  /** Call after `state` or a deadline in it changed. */
  refile(): void {
    this.#host.wheel.file(this, this.#nextDue());
  }

  onDue(time: number, late: boolean): number | null {
    try {
      return this.#look(time, late);
    } catch (error) {
      this.#host.fault(this, error);
      return null;
    }
  }

  #look(time: number, late: boolean): number | null {
    this.#meetDeadline(time, late);
    if (this.state.status === "closing") return null;
    this.#checkBlocked(time, late);
    this.#checkSilence(time, late);
    // Read anew: both may have ended it.
    if (this.#isClosing()) return null;
    if (time >= this.#pingAt) {
      this.#pingAt = time + this.#host.config.pingEveryMs;
      this.#ping();
    }
    return this.#nextDue();
  }

  #isClosing(): boolean {
    return this.state.status === "closing";
  }

  #meetDeadline(time: number, late: boolean): void {
    const { state } = this;
    if (state.status === "waiting" && time >= state.until && !late) this.end(ENDING.loginTimeout);
    else if (state.status === "held" && time >= state.until) this.#host.release(this);
    else if (state.status === "refused" && time >= state.until) this.end(state.ending);
    else if (state.status === "session") this.#settle(state.session, time);
  }

  #settle(session: DogSession, time: number): void {
    if (session.stableAt === null || time < session.stableAt) return;
    session.stableAt = null;
    this.#host.journal.append({ type: "dog.stable", sn: session.connected.sn, session: session.connected.session });
  }

  #checkBlocked(time: number, late: boolean): void {
    if (this.blockedSince === null) return;
    if (this.socket.bufferedBytes <= BLOCKED_BYTES) this.blockedSince = null;
    else if (!late && time - this.blockedSince >= this.#host.config.maxBlockedMs) {
      this.end(ENDING.slowConsumer, "blocked for too long");
    }
  }

  #checkSilence(time: number, late: boolean): void {
    const { state } = this;
    const { config } = this.#host;
    const silence = time - this.#heardTime;
    if (late || state.status === "closing" || silence < config.silentAfterMs) return;
    if (silence >= config.readTimeoutMs || state.status !== "session") {
      this.end(ENDING.heartbeatTimeout);
      return;
    }
    if (state.session.silent) return;
    state.session.silent = true;
    const { sn, session } = state.session.connected;
    this.#host.journal.append({ type: "dog.silent", sn, session, lastHeardAt: this.lastHeardAt() });
  }

  /** Wall time of the last frame, epoch ms. */
  lastHeardAt(): number {
    const { clock } = this.#host;
    return Math.round(clock.now() - (clock.monotonic() - this.heardAt));
  }

  #ping(): void {
    this.#pingSentAt ??= this.#host.clock.monotonic();
    this.socket.ping();
  }

  #nextDue(): number {
    const { config, wheel } = this.#host;
    const { state } = this;
    const isSilent = state.status === "session" && state.session.silent;
    let due = Math.min(this.#pingAt, this.#heardTime + (isSilent ? config.readTimeoutMs : config.silentAfterMs));
    if (this.blockedSince !== null) due = Math.min(due, wheel.time + wheel.tickMs);
    if (state.status === "waiting" || state.status === "held" || state.status === "refused")
      due = Math.min(due, state.until);
    else if (state.status === "session" && state.session.stableAt !== null) due = Math.min(due, state.session.stableAt);
    return due;
  }

  #heartbeat(requestId: RequestId): void {
    const { status } = this.state;
    if (status === "duplicate") this.#host.promote(this);
    if (status === "session" || status === "duplicate") this.send(heartbeatAnswer(requestId));
    else this.reply({ service: HEARTBEAT_SERVICE, requestId }, ANSWER.unauthorized, "log in first");
  }

  /** Far over any rate: nobody waits for its close handshake, and none of what it still has on the way is read. */
  #cutFlood(): void {
    if (!this.#isClosing()) this.#host.metrics.count("message_refused", "flood");
    this.end(ENDING.flooding);
    this.socket.terminate();
  }

  /** Over its rate: what is too much is dropped unread, and the dog is told so once a second. */
  #complain(): void {
    this.#host.metrics.count("message_refused", "rate");
    if (this.heardAt - this.#complainedAt < COMPLAINT_EVERY_MS) return;
    this.#complainedAt = this.heardAt;
    const args = { retry_after_ms: Math.ceil(this.#bucket.waitMs(this.heardAt)) };
    this.reply({ service: "", requestId: undefined }, ANSWER.tooMany, "too many messages", args);
  }

  #strike(reason: string): void {
    this.#host.metrics.count("message_refused", "undecodable");
    if (this.heardAt - this.#strikeAt > STRIKE_MEMORY_MS) this.#strikes = 0;
    this.#strikeAt = this.heardAt;
    if (++this.#strikes >= STRIKES) {
      this.end(ENDING.badMessage, reason);
      return;
    }
    this.reply({ service: "", requestId: undefined }, ANSWER.badRequest, reason);
  }
}

/** Less than this unsent is a pipe at work, not a blocked one. */
const BLOCKED_BYTES = 16 * 1024;
