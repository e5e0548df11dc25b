import { HEARTBEAT_SERVICE, LOGIN_SERVICE, type LoginAnswerArgs } from "#lib/protocol/messages.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import { ANSWER, type AnswerKind, answer, heartbeatAnswer, type RequestId } from "./answer.ts";
import {
  type ConnectionState,
  type DogSession,
  type LoginRequest,
  silenceVerdict,
  stateDue,
} from "./connection-state.ts";
import { ENDING, type Ending, endingCause } from "./ending.ts";
import { FrameLimits } from "./frame-limits.ts";
import type { ConnectionHost } from "./host.ts";
import { decodeRequest } from "./request.ts";
import { type RoundTrip, RttSeries } from "./rtt-series.ts";
import type { Handshake, Socket, SocketHandler } from "./socket.ts";
import { UNFILED, type WheelEntry } from "./wheel.ts";

/** Less than this unsent is a pipe at work, not a blocked one. */
const BLOCKED_BYTES = 16 * 1024;

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
  readonly #limits: FrameLimits;
  #heardTime: number;
  #pingAt: number;
  /** Monotonic ms of the oldest ping without a pong. */
  #pingSentAt: number | null = null;
  #rtt: RttSeries | undefined;

  constructor(host: ConnectionHost, socket: Socket, handshake: Handshake) {
    const { config, wheel, clock } = host;
    this.#host = host;
    this.socket = socket;
    this.handshake = handshake;
    this.heardAt = clock.monotonic();
    this.#heardTime = wheel.time + wheel.tickMs;
    this.#limits = new FrameLimits(config, this.heardAt);
    this.#pingAt = wheel.now() + host.random() * config.pingEveryMs;
    this.state = { status: "waiting", until: wheel.now() + config.loginTimeoutMs };
    this.refile();
  }

  heard(bytes = 0): void {
    this.heardAt = this.#host.clock.monotonic();
    const heardTime = this.#host.wheel.time + this.#host.wheel.tickMs;
    const isFirst = heardTime !== this.#heardTime;
    this.#heardTime = heardTime;
    const { state } = this;
    if (this.#limits.isFlood(bytes, isFirst, state.status === "closing")) {
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
    if (!this.#limits.take(this.heardAt)) {
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
    this.#limits.closing();
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
    if (late) return;
    const { state } = this;
    const verdict = silenceVerdict(state, time - this.#heardTime, this.#host.config);
    if (verdict === "dead") this.end(ENDING.heartbeatTimeout);
    if (verdict !== "silent" || state.status !== "session") return;
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
    const due = Math.min(this.#pingAt, stateDue(this.state, this.#heardTime, config));
    return this.blockedSince === null ? due : Math.min(due, wheel.time + wheel.tickMs);
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
    const waitMs = this.#limits.complaint(this.heardAt);
    if (waitMs === undefined) return;
    this.reply({ service: "", requestId: undefined }, ANSWER.tooMany, "too many messages", { retry_after_ms: waitMs });
  }

  #strike(reason: string): void {
    this.#host.metrics.count("message_refused", "undecodable");
    if (this.#limits.strike(this.heardAt)) {
      this.end(ENDING.badMessage, reason);
      return;
    }
    this.reply({ service: "", requestId: undefined }, ANSWER.badRequest, reason);
  }
}
