import type { Link } from "#dog/reconnection/link.ts";
import type { DogSocket } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import type { OutageRecord } from "#lib/link/outage-record.ts";
import type { GatewayPush, GatewayResponse } from "#lib/protocol/messages.ts";
import { HEARTBEAT_SERVICE, LOGIN_SERVICE, POLICY_SERVICE } from "#lib/protocol/services.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";
import type { ClientListeners } from "./client-events.ts";
import type { DogSettings } from "./dog-settings.ts";
import { readGatewayMessage, readLoginAnswer, readPolicy, readRetryAfter } from "./gateway-message.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outbox, type OutboxLimit } from "./outbox.ts";
import { RequestError } from "./request-error.ts";
import { requestText } from "./request-text.ts";
import { Requests } from "./requests.ts";
import { SignIn } from "./sign-in.ts";

export interface ConversationOptions {
  readonly clock: Clock;
  readonly settings: DogSettings;
  readonly listeners: ClientListeners;
  readonly outboxLimit: OutboxLimit;
  /** Makes the ids of this dog's requests its own, over restarts too. */
  readonly idPrefix: string;
}

const HEARTBEAT_TIMEOUT_MS = 10_000;
/** Unanswered in a row: the line lives, pings and all, and nobody is behind it. */
const MOST_UNANSWERED = 3;

interface Session {
  readonly socket: DogSocket;
  readonly link: Link;
  /** Since the last answer to anything. */
  silence: Silence;
}

/** One beat is judged at a time: neither a fast pace nor a process that slept makes three of one. */
interface Silence {
  unanswered: number;
  isJudging: boolean;
}

/** What a dog and its gateway say to each other, from one session to the next: logins, heartbeats, questions, pushes. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #heartbeat: Heartbeat;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #signIn = new SignIn();
  /** While logged in. */
  #session: Session | null = null;
  #loginAnswer: GatewayResponse | null = null;
  #count = 0;
  #undecodable = 0;
  #isUnreadableTold = false;

  constructor(options: ConversationOptions) {
    const { clock, outboxLimit, listeners } = options;
    this.#options = options;
    this.#heartbeat = new Heartbeat(clock);
    this.#requests = new Requests(clock);
    this.#outbox = new Outbox(clock, outboxLimit, (dropped) => listeners.tell("dropped", dropped));
  }

  get status() {
    return { outbox: this.#outbox.status, undecodable: this.#undecodable };
  }

  /** The answer to the login that was accepted or refused last. */
  get loginAnswer(): GatewayResponse | null {
    return this.#loginAnswer;
  }

  /** Says who the dog is, and what outage this ends. */
  signIn(socket: DogSocket, outage: OutageRecord | null): void {
    const { settings, clock } = this.#options;
    const at = { now: clock.now(), monotonic: clock.monotonic() };
    this.#isUnreadableTold = false;
    socket.send(this.#signIn.message(this.#nextId("login"), settings.identity, settings.token, at, outage));
  }

  received(link: Link, text: string): void {
    const message = readGatewayMessage(text);
    if (!message) this.#unreadable();
    else if (message.op === "galbot_push") this.#pushed(link, message);
    else this.#answered(link, message);
  }

  #answered(link: Link, message: GatewayResponse): void {
    if (this.#session) this.#session.silence = { unanswered: 0, isJudging: false };
    if (this.#signIn.isAnswer(message)) {
      this.#requests.answer(message);
      this.#signedIn(link, message);
    } else if (!this.#outbox.answer(message) && !this.#requests.answer(message) && message.code === 429) {
      this.#outbox.overRate(readRetryAfter(message.args));
    }
  }

  /** The login was accepted: from here on there is a session to speak in. */
  begin(link: Link, socket: DogSocket): void {
    const { settings, listeners } = this.#options;
    const session: Session = { socket, link, silence: { unanswered: 0, isJudging: false } };
    this.#session = session;
    this.#heartbeat.start(settings.heartbeatMs, () => this.#beat());
    const { report } = this.#signIn;
    listeners.tell("connected", {
      server: link.server,
      session: readLoginAnswer(this.#loginAnswer?.args).session,
      outage: report && { id: report.id, durationMs: report.duration_ms, dials: report.dials },
    });
    // A listener may have ended it.
    if (this.#session === session) this.#outbox.open((text) => socket.send(text));
  }

  /** The session is over; what is kept waits for the next. */
  end(): void {
    this.#leave("disconnected");
    this.#outbox.close();
  }

  /** Nobody waits any longer. The outage the dog is in is told of after its next start. */
  stop(outage: OutageRecord | null): void {
    this.#signIn.keep(outage);
    this.#leave("stopped");
    this.#outbox.clear("stopped");
  }

  /** Rejects with a RequestError. */
  async send(service: string, args: object, timeoutMs: number, keep: boolean): Promise<GatewayResponse> {
    const id = this.#nextId(keep ? "kept" : "request");
    const text = requestText(service, args, id);
    if (keep) return this.#outbox.keep(id, service, text, timeoutMs);
    const session = this.#session;
    if (!session) throw new RequestError("disconnected", `${service} was not sent: there is no session`);
    return this.#requests.ask(id, service, timeoutMs, () => session.socket.send(text));
  }

  #leave(why: "disconnected" | "stopped"): void {
    this.#session = null;
    this.#heartbeat.stop();
    this.#requests.failAll(why);
  }

  /** Told once a session: a server that sends nothing else sends much of it. */
  #unreadable(): void {
    this.#undecodable++;
    if (this.#isUnreadableTold) return;
    this.#isUnreadableTold = true;
    this.#options.listeners.tell("error", { of: "message", message: "a frame nobody can read" });
  }

  #signedIn(link: Link, response: GatewayResponse): void {
    const { status } = link.state;
    if (status === "up") {
      this.#signedInAgain(link, response);
      return;
    }
    if (status !== "signing_in") return;
    this.#loginAnswer = response;
    if (!response.result) {
      link.refused(response.code, readRetryAfter(response.args));
      return;
    }
    const answer = readLoginAnswer(response.args);
    const { settings } = this.#options;
    this.#signIn.accepted(answer.stored);
    settings.welcomed(answer);
    link.setPolicy(settings.policy);
    if (answer.policy) this.#adopt(link, answer.policy);
    link.accepted(answer.stored);
  }

  /** The answer to a login that only asked whether the first one is stored by now. */
  #signedInAgain(link: Link, { result, code, args }: GatewayResponse): void {
    if (!this.#signIn.isUnstored) return;
    if (!result && code === 401) this.#tokenRefused();
    if (!result || !readLoginAnswer(args).stored) return;
    this.#signIn.accepted(true);
    link.stored();
  }

  #pushed(link: Link, push: GatewayPush): void {
    const { service, args } = push;
    const policy = service === POLICY_SERVICE ? readPolicy(args) : null;
    if (policy) this.#adopt(link, policy);
    this.#options.listeners.tell("push", push);
    if (service === LOGIN_SERVICE && args.code === 401) this.#tokenRefused();
  }

  #adopt(link: Link, policy: RetryPolicy): void {
    const { settings, listeners } = this.#options;
    if (!settings.adopt(policy)) return;
    link.setPolicy(settings.policy);
    listeners.tell("policy", policy);
  }

  #beat(): void {
    const session = this.#session;
    if (!session) return;
    const { socket, silence } = session;
    const { id, service, text } = this.#signIn.isUnstored ? this.#loginAgain() : this.#heartbeatRequest();
    const isJudged = !silence.isJudging;
    silence.isJudging = true;
    this.#requests
      .ask(id, service, HEARTBEAT_TIMEOUT_MS, () => socket.send(text))
      .catch((error: RequestError) => {
        if (this.#session !== session) return;
        if (error.response?.code === 401) this.#tokenRefused();
        else if (isJudged && session.silence === silence) this.#judged(session, error.code === "timeout");
      });
  }

  /** Asks whether what the login reported is stored by now: as good a sign of life as a heartbeat. */
  #loginAgain() {
    const { settings, clock } = this.#options;
    const id = this.#nextId("login");
    const text = this.#signIn.again(id, settings.identity, settings.token, clock.now());
    return { id, service: LOGIN_SERVICE, text };
  }

  #heartbeatRequest() {
    const id = this.#nextId("heartbeat");
    const text = JSON.stringify({ op: "galbot_request", service: HEARTBEAT_SERVICE, args: {}, request_id: id });
    return { id, service: HEARTBEAT_SERVICE, text };
  }

  #judged({ silence, link }: Session, isUnanswered: boolean): void {
    silence.isJudging = false;
    if (isUnanswered) silence.unanswered++;
    if (silence.unanswered < MOST_UNANSWERED) return;
    const message = `${MOST_UNANSWERED} heartbeats in a row were not answered`;
    link.fail(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
  }

  /** The session is no longer ours: ended here, so that a new token is fetched. */
  #tokenRefused(): void {
    const error = Object.assign(new Error("the gateway no longer takes this session's token"), { status: 401 });
    this.#session?.link.fail(error);
  }

  #nextId(kind: string): string {
    return `${kind}_${this.#options.idPrefix}_${++this.#count}`;
  }
}
