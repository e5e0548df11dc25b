import { Intern } from "#lib/fleet/intern.ts";
import { decodeValue } from "#lib/protocol/codec.ts";
import { type LoginArgs, loginArgs, serialNumber } from "#lib/protocol/messages.ts";
import { plainLoginArgs } from "#lib/protocol/plain-shapes.ts";
import { safeText } from "#lib/protocol/safe-text.ts";
import { ANSWER, type AnswerKind } from "./answer.ts";
import type { AttemptLog, FailedAttempt } from "./attempt-log.ts";
import type { DogConnection } from "./connection.ts";
import type { DogSession, LoginRequest } from "./connection-state.ts";
import { ENDING, type Ending, endingCause } from "./ending.ts";
import type { GatewayConfig, GatewayOptions } from "./gateway-options.ts";
import { connectedEvent, isLeashDog, loginAnswer } from "./login.ts";
import type { OccasionalLog } from "./occasional-log.ts";
import type { Penalties, PenaltyCause } from "./penalties.ts";
import type { Roster } from "./roster.ts";
import type { Handshake } from "./socket.ts";
import type { Wheel } from "./wheel.ts";

/** Older sockets kept beside the session of a seed dog. */
const MOST_DUPLICATES = 2;
/** Sockets of one sn that wait to be let in. Each is a takeover to come: without a bound, many clients on one sn make many. */
const MOST_HELD = 2;
/** Logins on one held socket that will be answered; the seed's client sends two. */
const MOST_HELD_REQUESTS = 8;

export interface LoginsOptions extends GatewayOptions {
  readonly limits: GatewayConfig;
  readonly wheel: Wheel;
  readonly roster: Roster;
  readonly penalties: Penalties;
  readonly attempts: AttemptLog;
  readonly complaints: OccasionalLog;
  readonly isDraining: () => boolean;
  readonly isRevoked: (sn: string) => boolean;
  readonly onAccepted: (sn: string, handshake: Handshake) => void;
  /** Tells the journal that a session is over. */
  readonly endSession: (connection: DogConnection, session: DogSession, cause: ReturnType<typeof endingCause>) => void;
  readonly onFault: (connection: DogConnection, error: unknown) => void;
}

interface NoPlace {
  readonly cause: PenaltyCause;
  readonly ending: Ending;
  readonly kind: AnswerKind;
  readonly detail: string;
}
const FULL: NoPlace = {
  cause: "overloaded",
  ending: ENDING.overloaded,
  kind: ANSWER.overloaded,
  detail: "this gateway is full",
};
const TOO_MANY_SOCKETS: NoPlace = {
  cause: "too_many_sockets",
  ending: ENDING.replaced,
  kind: ANSWER.tooMany,
  detail: "this sn is on too many sockets",
};

/** Decides every login: verified first, then let in, held, parked or answered with a refusal. Never closes a socket in haste. */
export class Logins {
  readonly #o: LoginsOptions;
  readonly #shared = new Intern();
  #issued = 0;

  constructor(options: LoginsOptions) {
    this.#o = options;
  }

  login(connection: DogConnection, args: unknown, request: LoginRequest): void {
    if (this.#o.isDraining()) {
      connection.reply(request, ANSWER.overloaded, "draining");
      return;
    }
    const plain = plainLoginArgs(args);
    const decoded = plain ? { ok: true as const, message: plain } : decodeValue(loginArgs, args);
    if (!decoded.ok) {
      this.#malformed(connection, args, request, safeText(decoded.reason));
      return;
    }
    const login = decoded.message;
    const { state } = connection;
    const named = dogOf(connection);
    if (named !== undefined && named !== login.sn) {
      connection.reply(request, ANSWER.otherDog, "this socket belongs to another sn");
      return;
    }
    const { ok, digest } = this.#o.credentials.check(login.token || (connection.handshake.token ?? ""), login.sn);
    if (!ok || this.#o.isRevoked(login.sn)) this.#refuse(connection, login, digest, request, ok);
    else if (state.status === "session" || state.status === "duplicate")
      this.#welcome(connection, state.session, request);
    else if (state.status !== "held") this.#enter(connection, login, digest, request);
    else if (state.requests.length < MOST_HELD_REQUESTS) state.requests.push(request);
  }

  /** A good login: at once, or later where this dog logs in over and over. */
  #enter(connection: DogConnection, login: LoginArgs, digest: string, request: LoginRequest): void {
    const heldMs = this.#o.penalties.charge("login_loop", login.sn, digest, this.#o.clock.monotonic());
    if (heldMs === 0) {
      this.#accept(connection, login, digest, [request]);
      return;
    }
    if (this.#o.roster.heldOf(login.sn).size >= MOST_HELD) {
      this.#turnAway(connection, login, digest, [request], TOO_MANY_SOCKETS);
      return;
    }
    this.#o.metrics.count("login_held");
    const until = this.#o.wheel.now() + heldMs;
    this.#o.roster.park(connection, { status: "held", until, login, digest, requests: [request] });
  }

  release(connection: DogConnection): void {
    const { state } = connection;
    if (state.status !== "held") return;
    if (this.#o.isDraining()) {
      for (const request of state.requests.splice(0)) connection.reply(request, ANSWER.overloaded, "draining");
      return;
    }
    if (this.#o.isRevoked(state.login.sn)) {
      for (const request of state.requests) this.#refuse(connection, state.login, state.digest, request, true);
      return;
    }
    this.#accept(connection, state.login, state.digest, state.requests);
  }

  /** A duplicate that speaks while its sn has no session is the dog. */
  promote(connection: DogConnection): void {
    const { state } = connection;
    if (state.status !== "duplicate" || this.#o.isDraining()) return;
    if (this.#o.roster.sessionOf(state.session.connected.sn)) return;
    this.#begin(connection, { ...state.session.connected, session: this.#nextSession(), outage: null }, state.session);
  }

  #accept(connection: DogConnection, login: LoginArgs, digest: string, requests: readonly LoginRequest[]): void {
    const leash = isLeashDog(login);
    const noPlace = this.#isFull(login.sn) ? FULL : this.#makeWay(login.sn) ? undefined : TOO_MANY_SOCKETS;
    if (noPlace) {
      this.#turnAway(connection, login, digest, requests, noPlace);
      return;
    }
    const { remoteAddress } = connection.handshake;
    const told = connectedEvent(login, this.#nextSession(), remoteAddress, this.#o.policies(), this.#shared);
    const isRetold = told.outage !== null && this.#o.dogs.hasReported(told.sn, told.outage.id);
    const connected = isRetold ? { ...told, outage: null } : told;
    const session = this.#begin(connection, connected, { leash, digest });
    this.#o.penalties.clear("bad_token", login.sn, digest);
    this.#o.onAccepted(login.sn, connection.handshake);
    this.#o.metrics.count("login_accepted");
    for (const request of requests) this.#welcome(connection, session, request);
  }

  #begin(
    connection: DogConnection,
    connected: DogSession["connected"],
    of: Pick<DogSession, "leash" | "digest">,
  ): DogSession {
    this.#o.attempts.tell(connected.sn);
    const settles = this.#o.dogs.endsOutage(connected.sn);
    const session: DogSession = {
      connected,
      leash: of.leash,
      digest: of.digest,
      since: this.#o.clock.monotonic(),
      stableAt: settles ? this.#o.wheel.now() + this.#o.limits.stableAfterMs : null,
      silent: false,
    };
    this.#o.roster.setSession(connection, session);
    this.#o.journal.append(connected);
    return session;
  }

  /** A dog that has a session takes no more room with its next one. */
  #isFull(sn: string): boolean {
    const { roster, limits } = this.#o;
    return roster.sessions >= limits.maxDogs && !roster.sessionOf(sn);
  }

  /** The newest login is the session. False where the older sockets leave no room for another. */
  #makeWay(sn: string): boolean {
    const old = this.#o.roster.sessionOf(sn);
    if (old?.state.status !== "session") return true;
    if (old.state.session.leash) {
      old.end(ENDING.replaced);
      return true;
    }
    if (this.#o.roster.duplicatesOf(sn).size >= MOST_DUPLICATES) return false;
    this.#o.endSession(old, old.state.session, endingCause(ENDING.replaced));
    this.#o.roster.park(old, { status: "duplicate", session: old.state.session });
    return true;
  }

  /** A right login without a place: answered and parked, as a wrong one is. */
  #turnAway(
    connection: DogConnection,
    { sn }: LoginArgs,
    digest: string,
    requests: readonly LoginRequest[],
    { cause, ending, kind, detail }: NoPlace,
  ): void {
    const retryAfterMs = this.#park(connection, sn, digest, cause, ending);
    this.#o.metrics.count("login_refused", String(kind.code));
    this.#o.complaints.warn(cause, { sn }, `login turned away: ${detail}`);
    for (const request of requests) connection.reply(request, kind, detail, { retry_after_ms: retryAfterMs });
    this.note(sn, { stage: "login", reason: "server_error", raw: `${kind.code} ${detail}` });
  }

  #refuse(connection: DogConnection, login: LoginArgs, digest: string, request: LoginRequest, revoked: boolean): void {
    const { sn } = login;
    const status = connection.state.status;
    this.#o.metrics.count("login_refused", "401");
    const detail = this.#o.credentials.configured
      ? "the token is not valid for this sn"
      : "no dog credential is set up";
    this.#o.complaints.warn(
      "login_refused",
      { sn, remoteAddress: connection.handshake.remoteAddress, revoked },
      `login refused: ${detail}`,
    );
    // A wrong login on a socket that is in already changes nothing but its own answer.
    if (status === "session" || status === "duplicate") {
      connection.reply(request, ANSWER.unauthorized, detail);
      return;
    }
    const cause = revoked ? "revoked" : "bad_token";
    const retryAfterMs =
      this.#penaltyOf(connection) ??
      this.#park(connection, sn, digest, cause, revoked ? ENDING.revoked : ENDING.tokenInvalid);
    connection.reply(request, ANSWER.unauthorized, revoked ? "revoked" : detail, { retry_after_ms: retryAfterMs });
    this.note(sn, { stage: "login", reason: "auth_failed", raw: revoked ? "revoked" : "token refused" });
  }

  /** The rest of the penalty a refused socket is serving: its second login costs nothing more. */
  #penaltyOf({ state }: DogConnection): number | undefined {
    if (state.status !== "refused") return undefined;
    return Math.max(0, Math.ceil(state.until - this.#o.wheel.now()));
  }

  #park(connection: DogConnection, sn: string, digest: string, cause: PenaltyCause, ending: Ending): number {
    const delayMs = this.#o.penalties.charge(cause, sn, digest, this.#o.clock.monotonic());
    this.#o.roster.park(connection, { status: "refused", until: this.#o.wheel.now() + delayMs, sn, ending });
    return delayMs;
  }

  #malformed(connection: DogConnection, args: unknown, request: LoginRequest, reason: string): void {
    this.#o.metrics.count("login_refused", "400");
    connection.reply(request, ANSWER.badRequest, reason);
    const sn = typeof args === "object" && args !== null && "sn" in args ? serialNumber.safeParse(args.sn) : undefined;
    if (sn?.success) this.note(sn.data, { stage: "login", reason: "unknown", raw: `bad login: ${reason}` });
  }

  /** Journals a failed attempt of a dog we know and do not hold. Strangers are counters. */
  note(sn: string, attempt: FailedAttempt): void {
    if (this.#o.dogs.isKnown(sn) && !this.#o.roster.sessionOf(sn)) this.#o.attempts.note(sn, attempt);
  }

  /** Answers an accepted login once its event is stored; at once where the journal is behind. */
  #welcome(connection: DogConnection, session: DogSession, request: LoginRequest): void {
    const { journal, limits, policies, metrics } = this.#o;
    const args = loginAnswer(session.connected.session, limits.pingEveryMs, limits.stableAfterMs, policies().pushed);
    const send = () => connection.welcome(request, args);
    const unstored = () => {
      metrics.count("login_unacknowledged");
      connection.welcome(request, { ...args, stored: false });
    };
    if (journal.health().status !== "ok") unstored();
    else
      journal
        .committed()
        .then(send, unstored)
        .catch((error: unknown) => this.#o.onFault(connection, error));
  }

  #nextSession(): string {
    return `${this.#o.journal.epoch}.${++this.#issued}`;
  }
}

/** The sn this socket has spoken for. A refused one may try again under another. */
function dogOf({ state }: DogConnection): string | undefined {
  if (state.status === "session" || state.status === "duplicate") return state.session.connected.sn;
  return state.status === "held" ? state.login.sn : undefined;
}
