import type { Dial, DialEnd, DialHandlers, DogSocket, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { LOGIN_SERVICE } from "#lib/protocol/services.ts";
import type { Leaving, LineAct } from "./robot.ts";

export type Outage = "reset" | "fin" | "silence";

export interface FaultyNetworkOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly pollHealth: PollHealth;
  /** What leaves the dog; for a token that is wrong. */
  readonly outgoing?: (text: string) => string;
  /** What goes over its lines, as it happens. */
  readonly onAct?: (act: LineAct) => void;
}

/** A robot's own kernel answers a dial without a route this fast. */
const NO_ROUTE_MS = 20;

interface Pipe {
  readonly line: number;
  readonly url: string;
  readonly socket: DogSocket;
  readonly handlers: DialHandlers;
  /** The dog has let go of it; in silence the gateway cannot know. */
  isLeft: boolean;
  /** Its end was told: how it left, or that the other side ended it. */
  isOver: boolean;
  heardAt: number;
  heardBefore: number;
}

/**
 * One robot's way to its gateways: real sockets, and the faults of a network on the robot's side of them. In silence nothing
 * leaves, not even the end of a socket: the gateway hears of it when the network is back.
 */
export class FaultyNetwork {
  readonly #options: FaultyNetworkOptions;
  readonly #pipes = new Set<Pipe>();
  #goneUntil = Number.NEGATIVE_INFINITY;
  #isSilent = false;
  #blocked: { readonly url: string; readonly until: number } | null = null;
  #cancelReturn: (() => void) | null = null;
  #line = 0;

  constructor(options: FaultyNetworkOptions) {
    this.#options = options;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  get hasSocket(): boolean {
    return this.#pipes.size > 0;
  }

  /** The newest one. */
  get line(): number {
    return this.#line;
  }

  readonly dial: Dial = (target, handlers) => {
    const line = ++this.#line;
    // The address may carry a token.
    this.#tell({ act: "dial", line, server: target.url.split("?", 1)[0] ?? "" });
    const told: DialHandlers = {
      ...handlers,
      ended: (end) => {
        if (!end.opened)
          this.#tell({ act: "refused_dial", line, error: end.error?.message ?? null, status: end.status });
        handlers.ended(end);
      },
    };
    if (this.#isSilent) return this.#fail(target.handshakeTimeoutMs, "ETIMEDOUT", told);
    if (this.#isGone || this.#isBlocked(target.url)) return this.#fail(NO_ROUTE_MS, "ENETUNREACH", told);
    return this.#connect(line, target, told);
  };

  readonly pollHealth: PollHealth = (url, options, done) => {
    const { clock, pollHealth } = this.#options;
    if (!this.#isGone && !this.#isBlocked(url)) return pollHealth(url, options, done);
    return clock.schedule(this.#isSilent ? options.timeoutMs : NO_ROUTE_MS, () => done(false, null));
  };

  /** The network goes away for `awayMs`: by RST, by FIN, or with no word at all. */
  cut(how: Outage, awayMs: number): void {
    const { clock } = this.#options;
    this.#goneUntil = Math.max(this.#goneUntil, clock.monotonic() + awayMs);
    if (how !== "silence") {
      if (!this.#isSilent) for (const pipe of this.#pipes) this.#end(pipe, how);
      return;
    }
    this.#isSilent = true;
    for (const pipe of this.#pipes) this.#freeze(pipe);
    this.#cancelReturn?.();
    this.#cancelReturn = clock.schedule(this.#goneUntil - clock.monotonic(), () => this.#comeBack());
  }

  /** One gateway alone cannot be reached for `ms`. */
  block(url: string, ms: number): void {
    this.#blocked = { url, until: this.#options.clock.monotonic() + ms };
    if (this.#isSilent) return;
    for (const pipe of this.#pipes) if (pipe.url.startsWith(url)) this.#end(pipe, "reset");
  }

  /** Leaves no socket and no timer. */
  close(): void {
    this.#cancelReturn?.();
    this.#isSilent = false;
    for (const pipe of this.#pipes) {
      this.#left(pipe, "terminate");
      pipe.socket.terminate();
    }
  }

  get #isGone(): boolean {
    return this.#options.clock.monotonic() < this.#goneUntil;
  }

  #isBlocked(url: string): boolean {
    const { clock } = this.#options;
    return this.#blocked !== null && clock.monotonic() < this.#blocked.until && url.startsWith(this.#blocked.url);
  }

  #comeBack(): void {
    this.#isSilent = false;
    for (const pipe of this.#pipes) this.#end(pipe, "reset");
  }

  #connect(line: number, target: Parameters<Dial>[0], handlers: DialHandlers): () => void {
    let pipe: Pipe | null = null;
    const abort = this.#options.dial(target, {
      opened: (socket) => {
        const now = this.#options.clock.now();
        const opened = { line, url: target.url, socket, handlers, isLeft: false, isOver: false };
        pipe = { ...opened, heardAt: now, heardBefore: now };
        this.#pipes.add(pipe);
        this.#tell({ act: "open", line });
        if (this.#isSilent) this.#freeze(pipe);
        handlers.opened(this.#robotsEnd(pipe));
        if (this.#isGone && !this.#isSilent) this.#end(pipe, "reset");
      },
      message: (text) => {
        if (!pipe?.isLeft) handlers.message(text);
      },
      heard: () => {
        if (pipe) this.#heard(pipe);
        handlers.heard();
      },
      ended: (ended: DialEnd) => {
        if (pipe) this.#ended(pipe, ended);
        if (!pipe?.isLeft) handlers.ended(ended);
      },
    });
    return () => {
      if (pipe === null) return abort();
      pipe.isLeft = true;
      if (this.#isSilent) return;
      this.#left(pipe, "terminate");
      this.#pipes.delete(pipe);
      abort();
    };
  }

  #robotsEnd(pipe: Pipe): DogSocket {
    const { socket } = pipe;
    const leave = (how: Leaving, act: () => void) => {
      if (this.#isSilent) return;
      this.#left(pipe, how);
      act();
    };
    return {
      send: (text) => this.#isSilent || this.#send(pipe, text),
      close: (code, reason) => leave("close", () => socket.close(code, reason)),
      hangUp: () => leave("fin", () => socket.hangUp()),
      terminate: () => leave("terminate", () => socket.terminate()),
      reset: () => leave("reset", () => socket.reset()),
      freeze: () => this.#freeze(pipe),
      get bufferedBytes() {
        return socket.bufferedBytes;
      },
    };
  }

  /** Told before it goes: nobody has heard of a login before it is in the log. */
  #send(pipe: Pipe, text: string): boolean {
    const { outgoing = (same: string) => same } = this.#options;
    this.#heard(pipe);
    if (!pipe.isOver && text.includes(LOGIN_SERVICE)) this.#tell({ act: "login_sent", line: pipe.line });
    return pipe.socket.send(outgoing(text));
  }

  #heard(pipe: Pipe): void {
    const now = this.#options.clock.now();
    if (now === pipe.heardAt) return;
    pipe.heardBefore = pipe.heardAt;
    pipe.heardAt = now;
  }

  #freeze(pipe: Pipe): void {
    const { line, heardAt, heardBefore } = pipe;
    if (!pipe.isOver) this.#tell({ act: "silence", line, heard: [heardAt, heardBefore] });
    pipe.socket.freeze();
  }

  #end(pipe: Pipe, how: "reset" | "fin"): void {
    this.#left(pipe, how);
    if (how === "reset") pipe.socket.reset();
    else pipe.socket.hangUp();
  }

  /** The first end counts: what follows on a line that is over changes nothing for its gateway. */
  #left(pipe: Pipe, how: Leaving): void {
    if (pipe.isOver) return;
    pipe.isOver = true;
    this.#tell({ act: "left", line: pipe.line, how, heard: [pipe.heardAt, pipe.heardBefore] });
  }

  #ended(pipe: Pipe, { closeCode, error }: DialEnd): void {
    this.#pipes.delete(pipe);
    if (pipe.isOver) return;
    pipe.isOver = true;
    const heard = [pipe.heardAt, pipe.heardBefore] as const;
    this.#tell({ act: "ended", line: pipe.line, code: closeCode, error: error?.message ?? null, heard });
  }

  #tell(act: LineAct): void {
    this.#options.onAct?.(act);
  }

  #fail(afterMs: number, code: string, handlers: DialHandlers): () => void {
    return this.#options.clock.schedule(afterMs, () => {
      const error = Object.assign(new Error(`connect ${code}`), { code });
      handlers.ended({ opened: false, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error });
    });
  }
}
