import type { Dial, DialEnd, DialHandlers, DialTarget, DogSocket, PollHealth } from "#dog/transport/dial.ts";

const NO_END: DialEnd = {
  opened: false,
  closeCode: null,
  closeReason: "",
  status: null,
  retryAfterMs: null,
  error: null,
};

/** One dial of a test's: what the dog did with it, and the answers the test gives. */
export class ScriptedLine {
  readonly target: DialTarget;
  readonly sent: string[] = [];
  /** Codes of the close frames the dog sent; "terminate" where it let go without one. */
  readonly closes: (number | "terminate")[] = [];
  isOpen = false;
  isOver = false;
  readonly #handlers: DialHandlers;

  constructor(target: DialTarget, handlers: DialHandlers) {
    this.target = target;
    this.#handlers = handlers;
  }

  open(): this {
    this.isOpen = true;
    this.#handlers.opened(this.#socket());
    return this;
  }

  /** A pong, say. */
  hear(): void {
    if (!this.isOver) this.#handlers.heard();
  }

  receive(text: string): void {
    if (this.isOver) return;
    this.#handlers.heard();
    this.#handlers.message(text);
  }

  end(end: Partial<DialEnd> = {}): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#handlers.ended({ ...NO_END, opened: this.isOpen, ...end });
  }

  fail(code = "ECONNREFUSED"): void {
    this.end({ error: Object.assign(new Error(`connect ${code}`), { code }) });
  }

  abort(): void {
    if (!this.isOver) this.closes.push("terminate");
    this.isOver = true;
  }

  #socket(): DogSocket {
    return {
      send: (text) => {
        if (this.isOver || this.closes.length > 0) return false;
        this.sent.push(text);
        return true;
      },
      close: (code) => {
        if (this.closes.length === 0) this.closes.push(code);
      },
      hangUp: () => {},
      terminate: () => this.end({ closeCode: 1006 }),
      reset: () => this.end({ closeCode: 1006 }),
      freeze: () => {},
      bufferedBytes: 0,
    };
  }
}

/** A dial port that does nothing by itself. */
export class ScriptedDial {
  readonly lines: ScriptedLine[] = [];
  /** Each is answered once, or aborted. */
  readonly polls: { readonly url: string; answer(healthy: boolean): void; isOver: boolean }[] = [];
  /** Dials begun while another line was not over. */
  overlaps = 0;

  /** The newest. */
  get line(): ScriptedLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error("nothing was dialed");
    return line;
  }

  get urls(): string[] {
    return this.lines.map(({ target }) => target.url);
  }

  /** Lines that are neither over nor saying goodbye. */
  get open(): number {
    return this.lines.filter(({ isOver, closes }) => !isOver && closes.length === 0).length;
  }

  readonly dial: Dial = (target, handlers) => {
    if (this.open > 0) this.overlaps++;
    const line = new ScriptedLine(target, handlers);
    this.lines.push(line);
    return () => line.abort();
  };

  readonly pollHealth: PollHealth = (url, _options, done) => {
    const poll = {
      url,
      isOver: false,
      answer(healthy: boolean) {
        if (poll.isOver) return;
        poll.isOver = true;
        done(healthy, null);
      },
    };
    this.polls.push(poll);
    return () => {
      poll.isOver = true;
    };
  };
}
