import type { Dial, DialEnd, DialHandlers, DogSocket, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";

export type Outage = "reset" | "fin" | "silence";

export interface FaultyNetworkOptions {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly pollHealth: PollHealth;
  /** What leaves the dog; for a token that is wrong. */
  readonly outgoing?: (text: string) => string;
  /** A dial set out, or failed before its socket was open. */
  readonly onDial?: (what: "dial" | "refused_dial") => void;
}

/** A robot's own kernel answers a dial without a route this fast. */
const NO_ROUTE_MS = 20;

interface Pipe {
  readonly url: string;
  readonly socket: DogSocket;
  readonly handlers: DialHandlers;
  /** The dog has let go of it; in silence the gateway cannot know. */
  isLeft: boolean;
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

  constructor(options: FaultyNetworkOptions) {
    this.#options = options;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  get hasSocket(): boolean {
    return this.#pipes.size > 0;
  }

  readonly dial: Dial = (target, handlers) => {
    this.#options.onDial?.("dial");
    const told: DialHandlers = {
      ...handlers,
      ended: (end) => {
        if (!end.opened) this.#options.onDial?.("refused_dial");
        handlers.ended(end);
      },
    };
    if (this.#isSilent) return this.#fail(target.handshakeTimeoutMs, "ETIMEDOUT", told);
    if (this.#isGone || this.#isBlocked(target.url)) return this.#fail(NO_ROUTE_MS, "ENETUNREACH", told);
    return this.#connect(target, told);
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
      if (!this.#isSilent) for (const { socket } of this.#pipes) end(socket, how);
      return;
    }
    this.#isSilent = true;
    for (const { socket } of this.#pipes) socket.freeze();
    this.#cancelReturn?.();
    this.#cancelReturn = clock.schedule(this.#goneUntil - clock.monotonic(), () => this.#comeBack());
  }

  /** One gateway alone cannot be reached for `ms`. */
  block(url: string, ms: number): void {
    this.#blocked = { url, until: this.#options.clock.monotonic() + ms };
    if (this.#isSilent) return;
    for (const pipe of this.#pipes) if (pipe.url.startsWith(url)) end(pipe.socket, "reset");
  }

  /** Leaves no socket and no timer. */
  close(): void {
    this.#cancelReturn?.();
    this.#isSilent = false;
    for (const { socket } of this.#pipes) socket.terminate();
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
    for (const { socket } of this.#pipes) socket.reset();
  }

  #connect(target: Parameters<Dial>[0], handlers: DialHandlers): () => void {
    let pipe: Pipe | null = null;
    const abort = this.#options.dial(target, {
      opened: (socket) => {
        pipe = { url: target.url, socket, handlers, isLeft: false };
        this.#pipes.add(pipe);
        if (this.#isSilent) socket.freeze();
        handlers.opened(this.#robotsEnd(pipe));
        if (this.#isGone && !this.#isSilent) socket.reset();
      },
      message: (text) => {
        if (!pipe?.isLeft) handlers.message(text);
      },
      heard: () => handlers.heard(),
      ended: (ended: DialEnd) => {
        if (pipe) this.#pipes.delete(pipe);
        if (!pipe?.isLeft) handlers.ended(ended);
      },
    });
    return () => {
      if (pipe === null) return abort();
      pipe.isLeft = true;
      if (this.#isSilent) return;
      this.#pipes.delete(pipe);
      abort();
    };
  }

  #robotsEnd(pipe: Pipe): DogSocket {
    const { socket } = pipe;
    const unlessSilent = (act: () => void) => {
      if (!this.#isSilent) act();
    };
    const { outgoing = (text: string) => text } = this.#options;
    return {
      send: (text) => this.#isSilent || socket.send(outgoing(text)),
      close: (code, reason) => unlessSilent(() => socket.close(code, reason)),
      hangUp: () => unlessSilent(() => socket.hangUp()),
      terminate: () => unlessSilent(() => socket.terminate()),
      reset: () => unlessSilent(() => socket.reset()),
      freeze: () => socket.freeze(),
      get bufferedBytes() {
        return socket.bufferedBytes;
      },
    };
  }

  #fail(afterMs: number, code: string, handlers: DialHandlers): () => void {
    return this.#options.clock.schedule(afterMs, () => {
      const error = Object.assign(new Error(`connect ${code}`), { code });
      handlers.ended({ opened: false, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error });
    });
  }
}

function end(socket: DogSocket, how: "reset" | "fin"): void {
  if (how === "reset") socket.reset();
  else socket.hangUp();
}
