import { request } from "node:http";
import type { Random } from "#lib/testing/random.ts";
import { afterAskMs, askDelayMs, type Habit, type NextStep, type Setback } from "./habits.ts";
import { Pipe, type PipeEnd } from "./pipe.ts";
import type { Sight } from "./witness.ts";

export interface LoadDogContext {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly random: Random;
  readonly see: (sn: string, sight: Sight) => void;
}

export type Fault = "reset" | "fin" | "goodbye" | "freeze";
export type Phase = "idle" | "dialing" | "waiting" | "signing_in" | "up" | "refused" | "frozen" | "gave_up";

interface Away {
  readonly id: string;
  readonly since: number;
  dials: number;
  lastError: string | null;
}

const DIAL_TIMEOUT_MS = 10_000;
const STABLE_MS = 60_000;
/** A robot that says goodbye, or freezes, is back within this. */
const REST_MS = { goodbye: [5_000, 20_000], freeze: [50_000, 100_000] } as const;

/** One robot over a real socket. Tells everything it does and sees. */
export class LoadDog {
  readonly sn: string;
  readonly habit: Habit;
  phase: Phase = "idle";
  readonly #context: LoadDogContext;
  readonly #localAddress: string;
  #pipe: Pipe | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #asked = 0;
  #requests = 0;
  #outages = 0;
  #firstConnection = true;
  #away: Away | undefined;
  /** The report sent with the login under way. */
  #reported: string | undefined;
  #upSince = 0;

  constructor(sn: string, habit: Habit, localAddress: string, context: LoadDogContext) {
    this.sn = sn;
    this.habit = habit;
    this.#localAddress = localAddress;
    this.#context = context;
  }

  /** Monotonic ms. */
  get heardAt(): number {
    return this.#pipe?.heardAt ?? 0;
  }

  start(): void {
    if (this.phase !== "idle") return;
    this.#attempt = 0;
    this.#dial();
  }

  /** Leaves no timer and no socket. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#pipe?.abandon();
    this.#pipe = undefined;
    this.phase = "idle";
  }

  heartbeat(): void {
    if (this.phase === "up") this.#say("/api/heartbeat", {});
  }

  /** Something happens to a dog that is on the line. */
  suffer(fault: Fault): void {
    const pipe = this.#pipe;
    if (!pipe?.isOpen || this.phase === "frozen") return;
    this.#see({ did: fault });
    switch (fault) {
      case "reset":
        pipe.reset();
        return;
      case "fin":
        pipe.hangUp();
        return;
      case "goodbye":
        pipe.goodbye(1000);
        this.#pipe = undefined;
        this.phase = "idle";
        this.#after(this.#between(REST_MS.goodbye), () => this.start());
        return;
      case "freeze":
        pipe.freeze();
        this.phase = "frozen";
        this.#after(this.#between(REST_MS.freeze), () => pipe.reset());
        return;
    }
  }

  /** The dog's own watchdog: nothing came for too long. */
  giveUpPipe(): void {
    if (this.phase === "up") this.#pipe?.reset();
  }

  #dial(): void {
    const { host, port, token } = this.#context;
    this.phase = "dialing";
    if (this.#away) this.#away.dials++;
    this.#see({ did: "dial" });
    const seed = this.habit.kind === "seed";
    const target = {
      host,
      port,
      path: seed ? `/ws?token=${token}` : "/ws",
      localAddress: this.#localAddress,
      timeoutMs: DIAL_TIMEOUT_MS,
      ...(seed ? {} : { headers: `Authorization: Bearer ${token}\r\n` }),
    };
    const pipe: Pipe = new Pipe(target, !seed, {
      opened: () => this.#opened(),
      text: (text) => this.#heard(text),
      ended: (end) => {
        if (this.#pipe === pipe) this.#ended(end);
      },
    });
    this.#pipe = pipe;
  }

  #opened(): void {
    this.phase = "signing_in";
    if (this.habit.kind === "seed") this.#attempt = 0;
    this.#see({ did: "open" });
    const logins = this.#firstConnection ? this.habit.loginsOnFirstConnection : 1;
    this.#firstConnection = false;
    for (let i = 0; i < logins; i++) this.#login();
  }

  #login(): void {
    const { token } = this.#context;
    const args = { app_id: "witness", token, sn: this.sn, timestamp: String(Math.floor(Date.now() / 1_000)) };
    if (this.habit.kind === "seed") {
      this.#say("/api/user/login", args);
      return;
    }
    const away = this.#away;
    this.#reported = away?.id;
    this.#say("/api/user/login", {
      ...args,
      client: "witness/1",
      network: "ethernet",
      firmware: "1.0",
      labels: { site: "bench" },
      schedule: {
        max_retries: 10,
        base_delay_ms: 1_000,
        max_delay_ms: 30_000,
        first_delay_ms: [0, 5_000],
        jitter: 0.5,
      },
      ...(away ? { outage: reportOf(away) } : {}),
    });
  }

  #heard(text: string): void {
    const answer = JSON.parse(text) as {
      op: string;
      service: string;
      code: number;
      args?: { session?: string; stored?: boolean };
    };
    if (answer.op !== "galbot_response" || answer.service !== "/api/user/login") return;
    const session = answer.args?.session;
    if (answer.code !== 0 || session === undefined) {
      this.phase = "refused";
      this.#see({ did: "login_refused", code: answer.code });
      if (this.habit.kind === "seed") return;
      this.#pipe?.abandon();
      this.#pipe = undefined;
      this.#recover({ type: "login_refused" });
    } else if (this.phase === "up") {
      if (answer.args?.stored !== false) this.#see({ did: "login_again", session });
    } else {
      this.phase = "up";
      this.#upSince = performance.now();
      this.#asked = 0;
      if (answer.args?.stored === false) {
        // Its report stays its own until a login is acknowledged.
        this.#see({ did: "let_in", session });
        return;
      }
      this.#see({ did: "login", session, ...(this.#reported === undefined ? {} : { outage: this.#reported }) });
      this.#reported = undefined;
      this.#away = undefined;
    }
  }

  #ended(end: PipeEnd): void {
    this.#pipe = undefined;
    clearTimeout(this.#timer);
    if (end.type === "closed") {
      if (this.phase === "up" && performance.now() - this.#upSince >= STABLE_MS) this.#attempt = 0;
      this.#see({ did: "closed", code: end.code, error: end.error });
      this.#away ??= { id: `${this.sn}-${++this.#outages}`, since: performance.now(), dials: 0, lastError: end.error };
    } else if (end.type === "refused") this.#see({ did: "refused", status: end.status, retryAfterS: end.retryAfterS });
    else this.#see({ did: "failed", error: end.error });
    this.#recover(end);
  }

  #recover(setback: Setback): void {
    const next = this.habit.next(setback, this.#attempt, this.#context.random);
    if (setback.type !== "closed") this.#attempt++;
    this.#take(next);
  }

  #take({ step, delayMs }: NextStep): void {
    switch (step) {
      case "wait":
        return;
      case "give_up":
        this.phase = "gave_up";
        this.#see({ did: "gave_up" });
        return;
      case "dial":
        this.phase = "waiting";
        if (delayMs === 0) this.#dial();
        else this.#after(delayMs, () => this.#dial());
        return;
      case "ask":
        this.phase = "waiting";
        this.#after(delayMs, () => this.#ask());
        return;
    }
  }

  /** Is the service well? Then a dial soon, else the same question later. */
  #ask(): void {
    const { host, port, random } = this.#context;
    const take = (next: NextStep) => {
      if (this.phase === "waiting") this.#take(next);
    };
    const again = () => take({ step: "ask", delayMs: askDelayMs(++this.#asked, random) });
    const asking = request({ host, port, path: "/healthz", agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) take({ step: "dial", delayMs: afterAskMs(random) });
      else again();
    });
    asking.on("timeout", () => asking.destroy());
    asking.on("error", again);
    asking.end();
  }

  #say(service: string, args: object): void {
    const request_id = `${service.slice(service.lastIndexOf("/") + 1)}_${++this.#requests}`;
    this.#pipe?.send(JSON.stringify({ op: "galbot_request", service, args, request_id }));
  }

  #after(delayMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, delayMs);
  }

  #between([least, most]: readonly [number, number]): number {
    return least + this.#context.random() * (most - least);
  }

  #see(sight: Sight): void {
    this.#context.see(this.sn, sight);
  }
}

function reportOf(away: Away): object {
  return {
    id: away.id,
    dials: away.dials,
    duration_ms: Math.round(performance.now() - away.since),
    delays_ms: [],
    last_error: away.lastError,
    servers_tried: 1,
  };
}
