import type { Random } from "#lib/testing/random.ts";
import type { FakePipe } from "./fake-pipe.ts";

type Fields = Record<string, unknown>;
interface Request {
  readonly service: string;
  readonly args: Fields;
  readonly request_id?: string;
}

/** How a gateway treats those who come: shares in [0, 1] of what it is asked, and what it answers instead. */
export interface GatewayMood {
  /** Logins that are never answered, and not recorded. */
  readonly loginSwallowed: number;
  /** Logins answered with one of `refusals`. */
  readonly loginRefused: number;
  readonly refusals: readonly number[];
  /** Logins that are recorded while their answer is lost with the pipe. */
  readonly answerLost: number;
  /** Logins answered `stored: false`, and forgotten with the pipe. */
  readonly unstored: number;
  /** Requests that are recorded while their answer is lost. */
  readonly requestUnanswered: number;
  /** Frames no dog can read, one before an answer. */
  readonly garbage: number;
  /** Mean length of a session, ms. Then the pipe ends in one of `endings`. */
  readonly meanSessionMs: number;
  readonly endings: readonly PipeEnding[];
}

/** A close code, FIN, RST, or silence without end. */
export type PipeEnding = number | "fin" | "reset" | "silence";

export const CALM: GatewayMood = {
  loginSwallowed: 0,
  loginRefused: 0,
  refusals: [401],
  answerLost: 0,
  unstored: 0,
  requestUnanswered: 0,
  garbage: 0,
  meanSessionMs: Number.POSITIVE_INFINITY,
  endings: ["reset"],
};

export interface Delivery {
  readonly id: string;
  readonly service: string;
  readonly args: Fields;
  /** Its answer reached the dog. */
  acknowledged: boolean;
}

interface Guest {
  readonly pipe: FakePipe;
  sn: string | null;
  logins: number;
  unstored: Fields | null;
}

/** Answers after which a message is still wanted. */
const NOT_NOW: ReadonlySet<number> = new Set([401, 429, 503]);
const GARBAGE = [
  "",
  "{",
  "[]",
  '"text"',
  "null",
  '{"op":"galbot_push"}',
  '{"op":"x","service":"y"}',
  "[[[[[[[[[[[[[[[[[[1]]",
];

/** What a gateway does, as far as a dog can tell: signs in, answers, pushes, closes, and remembers what it was told. */
export class FakeGateway {
  mood: GatewayMood = CALM;
  /** Empty: every token is right. */
  readonly tokens = new Set<string>();
  answerArgs: Fields = { heartbeat_ms: 30_000, stable_ms: 60_000 };
  /** Accepted logins, in order: their args. */
  readonly logins: Fields[] = [];
  /** Acknowledged or not, as the journal has it: the newest report of each outage by `sn/id`, and how many logins carried it. */
  readonly outages = new Map<string, { report: Fields; logins: number }>();
  readonly deliveries: Delivery[] = [];
  /** Ids of answered requests whose answer reached the dog, from whichever gateway. */
  readonly acknowledged: Set<string>;
  /** Ids sent although their answer had come. */
  readonly needless: string[] = [];
  /** Codes of the next answers to requests; 0 once there are none left. */
  readonly answerCodes: number[] = [];
  heartbeats = 0;
  /** Close codes the dogs sent. */
  readonly goodbyes: number[] = [];
  readonly #random: Random;
  readonly #guests = new Map<FakePipe, Guest>();
  #sessions = 0;

  constructor(random: Random, acknowledged = new Set<string>()) {
    this.#random = random;
    this.acknowledged = acknowledged;
  }

  get pipes(): readonly FakePipe[] {
    return [...this.#guests.keys()];
  }

  connected(pipe: FakePipe): void {
    this.#guests.set(pipe, { pipe, sn: null, logins: 0, unstored: null });
  }

  gone(pipe: FakePipe, goodbye: number | null): void {
    this.#guests.delete(pipe);
    if (goodbye !== null) this.goodbyes.push(goodbye);
  }

  /** To every dog on the line. */
  push(service: string, args: Fields): void {
    for (const pipe of this.pipes) pipe.toDog(JSON.stringify({ op: "galbot_push", service, args }));
  }

  /** Ends every pipe. */
  endAll(ending: PipeEnding): void {
    for (const pipe of this.pipes) pipe.end(ending);
  }

  /** A dog hands a frame to its socket. */
  sent(text: string): void {
    const id = /"request_id":"([^"]+)"\}$/.exec(text)?.[1];
    if (id !== undefined && this.acknowledged.has(id)) this.needless.push(id);
  }

  received(pipe: FakePipe, text: string): void {
    const guest = this.#guests.get(pipe);
    if (!guest) return;
    const request = JSON.parse(text) as Request;
    if (this.#chance("garbage")) pipe.toDog(this.#pick(GARBAGE));
    if (request.service === "/api/user/login") {
      this.#login(guest, request);
      return;
    }
    const { request_id: id = "", service, args } = request;
    const delivery: Delivery = { id, service, args, acknowledged: false };
    if (service === "/api/heartbeat") this.heartbeats++;
    else this.deliveries.push(delivery);
    if (this.#chance("requestUnanswered")) return;
    const code = guest.sn === null ? 401 : (this.answerCodes.shift() ?? 0);
    this.#answer(guest, request, code, undefined, () => {
      if (NOT_NOW.has(code)) return;
      delivery.acknowledged = true;
      this.acknowledged.add(id);
    });
  }

  #login(guest: Guest, request: Request): void {
    const { pipe } = guest;
    const { sn, token, outage } = request.args as { sn: string; token: string; outage?: Fields };
    if (guest.sn !== null) {
      this.#loginAgain(guest, request);
      return;
    }
    if (this.#chance("loginSwallowed")) return;
    if (this.tokens.size > 0 && !this.tokens.has(token)) {
      this.#answer(guest, request, 401);
      return;
    }
    if (this.#chance("loginRefused")) {
      this.#answer(guest, request, this.#pick(this.mood.refusals));
      return;
    }
    guest.sn = sn;
    this.logins.push(request.args);
    if (this.#chance("unstored")) {
      guest.unstored = request.args;
      this.#answer(guest, request, 0, { ...this.#welcome(), stored: false });
      return;
    }
    if (outage) this.#record(sn, outage);
    if (this.#chance("answerLost")) {
      pipe.end("silence");
      return;
    }
    this.#answer(guest, request, 0, this.#welcome());
    const livesMs = -Math.log(1 - this.#random()) * this.mood.meanSessionMs;
    if (Number.isFinite(livesMs)) pipe.endIn(livesMs, this.#pick(this.mood.endings));
  }

  /** A second login changes nothing (P8), but its answer waits for what the first one told. */
  #loginAgain(guest: Guest, request: Request): void {
    const outage = guest.unstored?.outage as Fields | undefined;
    if (guest.sn !== null && outage) this.#record(guest.sn, outage);
    guest.unstored = null;
    this.#answer(guest, request, 0, this.#welcome());
  }

  #welcome(): Fields {
    return { session: `e.${++this.#sessions}`, ...this.answerArgs };
  }

  #record(sn: string, report: Fields): void {
    const key = `${sn}/${String(report.id)}`;
    this.outages.set(key, { report, logins: (this.outages.get(key)?.logins ?? 0) + 1 });
  }

  #answer({ pipe }: Guest, { service, request_id }: Request, code: number, args?: Fields, arrived?: () => void): void {
    const message = code === 0 ? "ok" : `code ${code}`;
    const refused = code === 429 || code === 503 ? { retry_after_ms: 2_000 } : undefined;
    const op = "galbot_response";
    pipe.toDog(
      JSON.stringify({ op, service, result: code === 0, code, message, request_id, args: args ?? refused }),
      arrived,
    );
  }

  #chance(
    of: "loginSwallowed" | "loginRefused" | "answerLost" | "unstored" | "requestUnanswered" | "garbage",
  ): boolean {
    return this.mood[of] > 0 && this.#random() < this.mood[of];
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  }
}
