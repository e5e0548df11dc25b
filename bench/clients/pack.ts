import { DIALECT, type DialectName } from "./dialect.ts";
import { BenchDog, type DogListener, type DogState } from "./dog.ts";
import type { Order, Redial, Report } from "./orders.ts";
import { Tally } from "./tally.ts";

const BACKOFF_MS = { base: 1_000, max: 60_000 } as const;
const LEASH_FIRST_MS = 5_000;

type Op = "heartbeat" | "ping";
type Flood = Extract<Order, { do: "flood" }>;
type Pace = Extract<Order, { do: "pace" }>;

/** All dogs of one driver process, and what they can be told to do together: one order at a time. */
export class Pack implements DogListener {
  readonly #port: number;
  readonly #dogs: readonly BenchDog[];
  #tally = new Tally();
  /** How a dog comes back; null where it does not. */
  #redial: Redial | null = null;
  /** Called after each answer or login of the order at work. */
  #onAnswer = () => {};

  constructor(port: number, dialect: DialectName, dogs: number) {
    this.#port = port;
    this.#dogs = Array.from(
      { length: dogs },
      (_, index) => new BenchDog(index, `DOG-${String(index).padStart(6, "0")}`, DIALECT[dialect], this),
    );
  }

  /** Logs the first `dogs` in: at most `window` at once, at most `perSecond`. */
  enter(dogs: number, window: number, perSecond: number): Promise<Report> {
    const waiting = this.#dogs.slice(0, dogs).filter((dog) => dog.state === "idle");
    const total = waiting.length;
    return this.#perform("seed", async (tally) => {
      let dialed = 0;
      await tally.until(
        () => tally.answers === total,
        () => {
          const allowed = Math.min(total, Math.ceil((tally.elapsedMs / 1_000) * perSecond));
          while (dialed < allowed && dialed - tally.answers < window) this.#dial(waiting[dialed++]);
        },
      );
    });
  }

  /** `count` requests, `window` in flight: each answer is followed by the next dog's request. */
  flood({ op, count, window }: Flood): Promise<Report> {
    return this.#perform(null, async (tally) => {
      let sent = 0;
      const next = () => {
        if (sent < count) this.#ask(sent++, op);
      };
      this.#onAnswer = next;
      for (let i = 0; i < Math.min(window, this.#dogs.length); i++) next();
      await tally.until(() => tally.answers === count);
    });
  }

  /** A fixed rate, whether or not answers come. */
  pace({ op, perSecond, seconds }: Pace): Promise<Report> {
    const count = perSecond * seconds;
    return this.#perform(null, async (tally) => {
      let sent = 0;
      await tally.until(
        () => tally.answers === count,
        () => {
          const due = Math.min(count, Math.floor((tally.elapsedMs / 1_000) * perSecond));
          while (sent < due) this.#ask(sent++, op);
        },
      );
    });
  }

  /** Every pipe is reset; nobody comes back. */
  drop(): Promise<Report> {
    return this.#perform(null, async () => {
      for (const dog of this.#dogs) dog.hangUp();
    });
  }

  /** Every pipe is reset at once and every dog comes back by itself. */
  storm(redial: Redial, withinMs: number): Promise<Report> {
    const away = this.#dogs.filter((dog) => dog.state === "in");
    return this.#perform(redial, async (tally) => {
      for (const dog of away) {
        dog.hangUp();
        this.#dialAfter(dog, redial === "seed" ? 0 : Math.random() * LEASH_FIRST_MS);
      }
      await tally.until(
        () => tally.answers >= away.length,
        () => {},
        withinMs,
      );
    });
  }

  /** `perSecond` dogs are reset and dial at once, for `seconds`. */
  churn(perSecond: number, seconds: number): Promise<Report> {
    const total = perSecond * seconds;
    return this.#perform("seed", async (tally) => {
      let dropped = 0;
      await tally.until(
        () => tally.answers >= total,
        () => {
          const due = Math.min(total, Math.floor((tally.elapsedMs / 1_000) * perSecond));
          for (; dropped < due; dropped++) {
            const dog = this.#dogs[dropped % this.#dogs.length];
            dog?.hangUp();
            this.#dial(dog);
          }
        },
      );
    });
  }

  answered(dog: BenchDog, bytes: number): void {
    this.#tally.answer(dog.sentAt, bytes);
    this.#onAnswer();
  }

  refused(dog: BenchDog, status: number, retryAfterS: number | null): void {
    this.#tally.refusals++;
    if (status !== 503) this.#tally.fail(`a dial was refused with ${status}`);
    this.#dialAfter(dog, retryAfterS === null ? backoffMs(dog.dials) : retryAfterS * 1_000);
  }

  lost(dog: BenchDog, was: DogState): void {
    if (was === "in") this.#tally.fail("the server dropped a dog that was logged in");
    this.#dialAfter(dog, backoffMs(dog.dials));
  }

  #dialAfter(dog: BenchDog, ms: number): void {
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

  #ask(turn: number, op: Op): void {
    const dog = this.#dogs[turn % this.#dogs.length];
    if (!dog) return;
    dog.sentAt = performance.now();
    if (op === "heartbeat") dog.heartbeat();
    else dog.ping();
  }

  async #perform(redial: Redial | null, act: (tally: Tally) => Promise<void>): Promise<Report> {
    this.#tally = new Tally();
    this.#redial = redial;
    try {
      await act(this.#tally);
    } finally {
      this.#onAnswer = () => {};
      this.#redial = null;
    }
    return this.#tally.report();
  }
}

/** The seed's backoff after the nth dial that failed. */
function backoffMs(dials: number): number {
  return Math.min(BACKOFF_MS.max, BACKOFF_MS.base * 2 ** Math.max(0, dials - 1));
}
