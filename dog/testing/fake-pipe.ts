import type { DialEnd, DialHandlers, DogSocket } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import type { Random } from "#lib/testing/random.ts";
import type { FakeGateway, PipeEnding } from "./fake-gateway.ts";

const PING_MS = 30_000;
const CLOSE_TIMEOUT_MS = 2_000;

export interface PipeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencyMs: number;
  readonly gateway: FakeGateway;
  readonly handlers: DialHandlers;
}

/** One open socket between a dog and a fake gateway: frames arrive in order, late by up to `latencyMs`. */
export class FakePipe {
  /** Nothing arrives any more, and nobody is told. */
  isSilent = false;
  readonly #options: PipeOptions;
  /** Instants of the last arrival at the dog and at the gateway. */
  #atDog = 0;
  #atGateway = 0;
  #isOpen = true;
  /** The dog said goodbye: it listens no more. */
  #isLeaving = false;
  /** The dog has been told, or wants to hear nothing. */
  #isOver = false;
  #cancels = new Set<() => void>();
  #frozen = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    options.gateway.connected(this);
    this.#ping();
  }

  get socket(): DogSocket {
    return {
      send: (text) => this.#send(text),
      close: (code) => this.#close(code),
      hangUp: () => this.end("fin"),
      terminate: () => this.abandon(),
      reset: () => this.end("reset"),
      freeze: () => {
        this.#frozen = true;
      },
      bufferedBytes: 0,
    };
  }

  toDog(text: string, arrived: () => void = () => {}): void {
    this.#arrive("dog", () => {
      if (this.#frozen) return;
      this.#options.handlers.heard();
      if (this.#isOver) return;
      if (!this.#isLeaving) arrived();
      this.#options.handlers.message(text);
    });
  }

  endIn(ms: number, ending: PipeEnding): void {
    this.#later(ms, () => this.end(ending));
  }

  end(ending: PipeEnding): void {
    if (!this.#isOpen) return;
    if (ending === "silence") {
      this.isSilent = true;
      return;
    }
    this.#leaveGateway(null);
    const error = ending === "reset" ? Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) : null;
    const closeCode = typeof ending === "number" ? ending : 1006;
    this.#arrive("dog", () => this.#tellEnd({ closeCode, error }));
  }

  /** The dog lets go at once, and hears nothing more. */
  abandon(): void {
    this.#leaveGateway(null);
    this.#finish();
  }

  #send(text: string): boolean {
    if (!this.#isOpen || this.#isOver) return false;
    const { gateway } = this.#options;
    gateway.sent(text);
    this.#arrive("gateway", () => gateway.received(this, text));
    return true;
  }

  #close(code: number): void {
    if (this.#isOver || this.#isLeaving) return;
    this.#isLeaving = true;
    const { gateway } = this.#options;
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#arrive("gateway", () => {
        gateway.gone(this, code);
        this.#arrive("dog", () => this.#tellEnd({ closeCode: code }));
      });
    }
    this.#later(CLOSE_TIMEOUT_MS, () => {
      gateway.gone(this, null);
      this.#tellEnd({ closeCode: 1006 });
    });
  }

  #leaveGateway(goodbye: number | null): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.gateway.gone(this, goodbye);
  }

  #tellEnd(end: Partial<DialEnd>): void {
    if (this.#isOver) return;
    this.#finish();
    const nothing = { opened: true, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null };
    this.#options.handlers.ended({ ...nothing, ...end });
  }

  #finish(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #ping(): void {
    this.#later(PING_MS, () => {
      if (!this.#isOpen) return;
      this.#arrive("dog", () => this.#options.handlers.heard());
      this.#ping();
    });
  }

  #arrive(at: "dog" | "gateway", task: () => void): void {
    const { clock, random, latencyMs } = this.#options;
    if (this.isSilent) return;
    const last = at === "dog" ? this.#atDog : this.#atGateway;
    const arrival = Math.max(last, clock.monotonic() + random() * latencyMs);
    if (at === "dog") this.#atDog = arrival;
    else this.#atGateway = arrival;
    this.#later(arrival - clock.monotonic(), () => {
      if (!this.isSilent) task();
    });
  }

  #later(ms: number, task: () => void): void {
    if (this.#isOver) return;
    const cancel = this.#options.clock.schedule(ms, () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }
}
