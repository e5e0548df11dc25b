import { askHealth } from "./ask-health.ts";
import { afterAskMs, askDelayMs, type Habit, type NextStep, type Setback } from "./habits.ts";
import { type Away, LOGIN, leashLogin, readLoginAnswer, seedLogin } from "./login.ts";
import { Pipe, type PipeEnd } from "./pipe.ts";
import type { Fault, LoadContext, LoadRobot, Phase } from "./robot.ts";
import type { Sight } from "./witness.ts";

const DIAL_TIMEOUT_MS = 10_000;
const STABLE_MS = 60_000;
/** A robot that says goodbye, or freezes, is back within this. */
const REST_MS = { goodbye: [5_000, 20_000], freeze: [50_000, 100_000] } as const;

/** A robot of which ten thousand fit into a process: its pipe by hand, its ways by its habit. */
export class LoadDog implements LoadRobot {
  readonly sn: string;
  phase: Phase = "idle";
  readonly #context: LoadContext;
  readonly #habit: Habit;
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

  constructor(sn: string, habit: Habit, localAddress: string, context: LoadContext) {
    this.sn = sn;
    this.#habit = habit;
    this.#localAddress = localAddress;
    this.#context = context;
  }

  start(): void {
    if (this.phase !== "idle") return;
    this.#attempt = 0;
    this.#dial();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pipe?.abandon();
    this.#pipe = undefined;
    this.phase = "idle";
  }

  heartbeat(): void {
    if (this.phase === "up") this.#say("/api/heartbeat", {});
  }

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

  endIfSilent(since: number): void {
    if (this.#habit.kind !== "leash" || this.phase !== "up") return;
    if (this.#pipe && this.#pipe.heardAt > 0 && this.#pipe.heardAt < since) this.#pipe.reset();
  }

  #dial(): void {
    const { host, port, token } = this.#context;
    this.phase = "dialing";
    if (this.#away) this.#away.dials++;
    this.#see({ did: "dial" });
    const seed = this.#habit.kind === "seed";
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
    if (this.#habit.kind === "seed") this.#attempt = 0;
    this.#see({ did: "open" });
    const logins = this.#firstConnection ? this.#habit.loginsOnFirstConnection : 1;
    this.#firstConnection = false;
    for (let i = 0; i < logins; i++) this.#login();
  }

  #login(): void {
    const { token } = this.#context;
    if (this.#habit.kind === "seed") {
      this.#say(LOGIN, seedLogin(this.sn, token));
      return;
    }
    this.#reported = this.#away?.id;
    this.#say(LOGIN, leashLogin(this.sn, token, this.#away));
  }

  #heard(text: string): void {
    const answer = readLoginAnswer(text);
    if (!answer) return;
    if (!answer.ok) {
      this.#refused(answer.code);
      return;
    }
    const { session, isStored } = answer;
    if (this.phase === "up") {
      if (isStored) this.#see({ did: "login_again", session });
      return;
    }
    this.phase = "up";
    this.#upSince = performance.now();
    this.#asked = 0;
    if (!isStored) {
      // Its report stays its own until a login is acknowledged.
      this.#see({ did: "let_in", session });
      return;
    }
    this.#see({ did: "login", session, ...(this.#reported === undefined ? {} : { outage: this.#reported }) });
    this.#reported = undefined;
    this.#away = undefined;
  }

  #refused(code: number): void {
    this.phase = "refused";
    this.#see({ did: "login_refused", code });
    if (this.#habit.kind === "seed") return;
    this.#pipe?.abandon();
    this.#pipe = undefined;
    this.#recover({ type: "login_refused" });
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
    const next = this.#habit.next(setback, this.#attempt, this.#context.random);
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
    askHealth(host, port, (isWell) => {
      if (this.phase !== "waiting") return;
      if (isWell) this.#take({ step: "dial", delayMs: afterAskMs(random) });
      else this.#take({ step: "ask", delayMs: askDelayMs(++this.#asked, random) });
    });
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
