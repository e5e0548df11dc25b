import { setTimeout as sleep } from "node:timers/promises";
import { spread } from "../measure/statistics.ts";
import { DIALECT, type DialectName } from "./dialect.ts";
import { BenchDog, type DogListener, type DogState } from "./dog.ts";
import type { Order, Redial, Report } from "./orders.ts";

const STEP_MS = 2;
const BACKOFF_MS = { base: 1_000, max: 60_000 } as const;
const LEASH_FIRST_MS = 5_000;
const STALLED_MS = 30_000;

type Flooded = Extract<Order, { do: "flood" }>;
type Paced = Extract<Order, { do: "pace" }>;

/** All dogs of one driver process, and what they can be told to do together. */
export class Pack implements DogListener {
  readonly #port: number;
  readonly #dogs: readonly BenchDog[];
  #latencies: number[] = [];
  #answers = 0;
  #answerBytes = 0;
  #refusals = 0;
  #redial: Redial | null = null;
  /** Called after each answer or login of the order at work. */
  #onAnswer: (dog: BenchDog) => void = () => {};
  #failure: Error | undefined;

  constructor(port: number, dialect: DialectName, dogs: number) {
    this.#port = port;
    this.#dogs = Array.from(
      { length: dogs },
      (_, index) => new BenchDog(index, `DOG-${String(index).padStart(6, "0")}`, DIALECT[dialect], this),
    );
  }

  enter(dogs: number, window: number, perSecond: number): Promise<Report> {
    const waiting = this.#dogs.slice(0, dogs).filter((dog) => dog.state === "idle");
    const total = waiting.length;
    return this.#measure(async () => {
      const startedAt = performance.now();
      let dialed = 0;
      this.#redial = "seed";
      await this.#until(
        () => this.#answers === total,
        () => {
          const allowed = Math.min(total, Math.ceil(((performance.now() - startedAt) / 1_000) * perSecond));
          while (dialed < allowed && dialed - this.#answers < window) this.#dial(waiting[dialed++]);
        },
      );
      this.#redial = null;
    });
  }

  flood({ op, count, window }: Flooded): Promise<Report> {
    return this.#measure(async () => {
      let sent = 0;
      const next = () => {
        if (sent < count) this.#ask(this.#dogs[sent++ % this.#dogs.length], op);
      };
      this.#onAnswer = next;
      for (let i = 0; i < Math.min(window, this.#dogs.length); i++) next();
      await this.#until(() => this.#answers === count);
    });
  }

  pace({ op, perSecond, seconds }: Paced): Promise<Report> {
    const count = perSecond * seconds;
    return this.#measure(async () => {
      const startedAt = performance.now();
      let sent = 0;
      await this.#until(
        () => this.#answers === count,
        () => {
          const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond));
          while (sent < due) this.#ask(this.#dogs[sent++ % this.#dogs.length], op);
        },
      );
    });
  }

  drop(): Promise<Report> {
    return this.#measure(async () => {
      for (const dog of this.#dogs) dog.hangUp();
    });
  }

  storm(redial: Redial, withinMs: number): Promise<Report> {
    return this.#measure(async () => {
      const away = this.#dogs.filter((dog) => dog.state === "in");
      this.#redial = redial;
      for (const dog of away) {
        dog.hangUp();
        this.#redialAfter(dog, redial === "seed" ? 0 : Math.random() * LEASH_FIRST_MS);
      }
      await this.#until(
        () => this.#answers >= away.length,
        () => {},
        withinMs,
      );
      this.#redial = null;
    });
  }

  churn(perSecond: number, seconds: number): Promise<Report> {
    return this.#measure(async () => {
      const startedAt = performance.now();
      const total = perSecond * seconds;
      let dropped = 0;
      this.#redial = "seed";
      await this.#until(
        () => this.#answers >= total,
        () => {
          const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond));
          for (; dropped < due; dropped++) {
            const dog = this.#dogs[dropped % this.#dogs.length];
            dog?.hangUp();
            this.#dial(dog);
          }
        },
      );
      this.#redial = null;
    });
  }

  loggedIn(dog: BenchDog, bytes: number): void {
    this.answered(dog, bytes);
  }

  answered(dog: BenchDog, bytes: number): void {
    this.#answers++;
    this.#answerBytes += bytes;
    this.#latencies.push(performance.now() - dog.sentAt);
    this.#onAnswer(dog);
  }

  refused(dog: BenchDog, status: number, retryAfterS: number | null): void {
    this.#refusals++;
    if (status !== 503) this.#fail(`a dial was refused with ${status}`);
    this.#redialAfter(dog, retryAfterS === null ? backoffMs(dog.dials) : retryAfterS * 1_000);
  }

  lost(dog: BenchDog, was: DogState): void {
    if (was === "in") this.#fail("the server dropped a dog that was logged in");
    this.#redialAfter(dog, backoffMs(dog.dials));
  }

  #redialAfter(dog: BenchDog, ms: number): void {
    if (this.#redial === null) return;
    setTimeout(() => {
      if (dog.state === "idle" && this.#redial !== null) this.#dial(dog);
    }, ms);
  }

  #dial(dog: BenchDog | undefined): void {
    if (!dog) return;
    if (dog.dials === 0) dog.sentAt = performance.now();
    dog.dial(this.#port);
  }

  #ask(dog: BenchDog | undefined, op: "heartbeat" | "ping"): void {
    if (!dog) return;
    dog.sentAt = performance.now();
    if (op === "heartbeat") dog.heartbeat();
    else dog.ping();
  }

  #fail(reason: string): void {
    this.#failure ??= new Error(reason);
  }

  /** Calls `step` every 2 ms until `done`; throws when nothing was answered for 30 s, or not all `withinMs`. */
  async #until(done: () => boolean, step: () => void = () => {}, withinMs = 600_000): Promise<void> {
    const startedAt = performance.now();
    let answers = this.#answers;
    let answeredAt = startedAt;
    while (!done()) {
      step();
      await sleep(STEP_MS);
      if (this.#failure) throw this.#failure;
      const now = performance.now();
      if (this.#answers !== answers) {
        answers = this.#answers;
        answeredAt = now;
      }
      if (now - answeredAt > STALLED_MS) throw new Error(`stalled at ${answers} answers, ${this.#refusals} refusals`);
      if (now - startedAt > withinMs) throw new Error(`only ${answers} answers within ${withinMs} ms`);
    }
  }

  async #measure(work: () => Promise<void>): Promise<Report> {
    this.#latencies = [];
    this.#answers = 0;
    this.#answerBytes = 0;
    this.#refusals = 0;
    this.#failure = undefined;
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    try {
      await work();
    } finally {
      this.#onAnswer = () => {};
    }
    const { user, system } = process.cpuUsage(cpu);
    return {
      answers: this.#answers,
      answerBytes: this.#answerBytes,
      wallMs: performance.now() - startedAt,
      latency: this.#latencies.length > 0 ? spread(this.#latencies) : null,
      refusals: this.#refusals,
      driverCpuSeconds: (user + system) / 1e6,
    };
  }
}

/** The seed's backoff after the nth dial that failed. */
function backoffMs(dials: number): number {
  return Math.min(BACKOFF_MS.max, BACKOFF_MS.base * 2 ** Math.max(0, dials - 1));
}
