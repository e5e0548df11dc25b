import type { Dial, DialEnd, DialTarget, DogSocket } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";

export interface LineHandlers {
  opened(socket: DogSocket): void;
  message(text: string): void;
  /** Once, last; not after `close`. */
  ended(end: DialEnd): void;
}

export interface LineOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly target: DialTarget;
  readonly watchdogMs: number;
}

/** A timer that comes so late was held up with the whole process: what was sent meanwhile is still to be read. */
const LATE_MS = 2_000;
const GRACE_MS = 5_000;

/** One dial and the socket it becomes, ended by a watchdog where nothing is heard. Owns its timer; `close` leaves nothing. */
export class Line {
  readonly #options: LineOptions;
  readonly #handlers: LineHandlers;
  readonly #over = Promise.withResolvers<void>();
  readonly #abort: () => void;
  #cancelWatchdog: (() => void) | null = null;
  #socket: DogSocket | null = null;
  #heardAt = 0;
  #isOver = false;
  #isClosing = false;

  constructor(options: LineOptions, handlers: LineHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#abort = options.dial(options.target, {
      opened: (socket) => this.#opened(socket),
      message: (text) => {
        if (!this.#isClosing) handlers.message(text);
      },
      heard: () => {
        this.#heardAt = options.clock.monotonic();
      },
      ended: (end) => this.#ended(end),
    });
    if (this.#isOver) this.#abort();
  }

  /** Open and not being closed. */
  get socket(): DogSocket | null {
    return this.#isClosing || this.#isOver ? null : this.#socket;
  }

  /** Nothing of it is left. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** With a close frame, its peer given the dial port's time to answer it, or gone at once. No handler is called any more. */
  close(code: number | null): void {
    if (this.#isClosing || this.#isOver) return;
    this.#isClosing = true;
    this.#cancelWatchdog?.();
    if (code !== null && this.#socket !== null) this.#socket.close(code);
    else this.#finish();
  }

  #opened(socket: DogSocket): void {
    if (this.#isClosing) return;
    this.#socket = socket;
    this.#heardAt = this.#options.clock.monotonic();
    this.#watch(this.#options.watchdogMs);
    this.#handlers.opened(socket);
  }

  #watch(delayMs: number): void {
    const { clock, watchdogMs } = this.#options;
    const dueAt = clock.monotonic() + delayMs;
    this.#cancelWatchdog = clock.schedule(delayMs, () => {
      const now = clock.monotonic();
      const leftMs = this.#heardAt + watchdogMs - now;
      if (leftMs > 0) this.#watch(leftMs);
      else if (now - dueAt > LATE_MS) this.#watch(GRACE_MS);
      else this.#silent();
    });
  }

  /** The link is half open: no FIN, no RST, no byte. */
  #silent(): void {
    const { watchdogMs } = this.#options;
    const error = Object.assign(new Error(`nothing heard for ${watchdogMs} ms`), { code: "ETIMEDOUT" });
    this.#finish();
    this.#handlers.ended({ opened: true, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error });
  }

  #ended(end: DialEnd): void {
    if (this.#isOver) return;
    const wasClosing = this.#isClosing;
    this.#isOver = true;
    this.#cancelWatchdog?.();
    this.#over.resolve();
    if (!wasClosing) this.#handlers.ended(end);
  }

  #finish(): void {
    this.#isOver = true;
    this.#cancelWatchdog?.();
    // A dial port that answers before it returns has no abort yet; the constructor aborts then.
    this.#abort?.();
    this.#over.resolve();
  }
}
