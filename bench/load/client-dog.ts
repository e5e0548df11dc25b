import { DogClient } from "#dog/client/dog-client.ts";
import type { Dial, DialEnd, DogSocket } from "#dog/transport/dial.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import { LOGIN, readLoginAnswer } from "./login.ts";
import type { Fault, LoadContext, LoadRobot, Phase } from "./robot.ts";

const LET_GO = {
  opened: true,
  closeCode: null,
  closeReason: "",
  status: null,
  retryAfterMs: null,
  error: null,
} as const;

/**
 * The product's own client among the dogs. What it did is read off its line, not taken from what it says of itself: so the
 * checker holds it to the same books as the others.
 */
export class ClientDog implements LoadRobot {
  readonly sn: string;
  phase: Phase = "idle";
  readonly #context: LoadContext;
  readonly #client: DogClient;
  #line = 0;
  #socket: DogSocket | undefined;
  /** The report sent with the login under way. */
  #reported: string | undefined;

  constructor(sn: string, localAddress: string, context: LoadContext) {
    this.sn = sn;
    this.#context = context;
    const { host, port, token, random } = context;
    this.#client = new DogClient({
      url: `ws://${host}:${port}/ws`,
      appId: "witness",
      token,
      sn,
      network: "ethernet",
      firmware: "1.0",
      labels: { site: "bench" },
      localAddress,
      random,
      dial: this.#dial,
    });
  }

  start(): void {
    if (this.phase !== "idle") return;
    this.phase = "dialing";
    // Rejects only where it is stopped before it was ever in.
    this.#client.start().catch(() => {});
  }

  stop(): void {
    void this.#client.stop();
    this.#socket?.terminate();
    this.phase = "idle";
  }

  /** Both are the client's own. */
  heartbeat(): void {}
  endIfSilent(): void {}

  /** Its network breaks, whatever befalls the others: the rest is tested where the client lives. */
  suffer(_: Fault): void {
    if (this.phase !== "up") return;
    this.#context.see(this.sn, { did: "reset" });
    this.#socket?.reset();
  }

  readonly #dial: Dial = (target, handlers) => {
    const { see } = this.#context;
    // Of a line that the client let go it hears no end.
    if (this.#socket) this.#ended(LET_GO);
    const line = ++this.#line;
    this.phase = "dialing";
    see(this.sn, { did: "dial" });
    const abort = dialWebSocket(target, {
      heard: handlers.heard,
      opened: (socket) => {
        this.#socket = socket;
        this.phase = "signing_in";
        see(this.sn, { did: "open" });
        handlers.opened(this.#overheard(socket));
      },
      message: (text) => {
        if (line === this.#line) this.#heard(text);
        handlers.message(text);
      },
      ended: (end) => {
        if (line === this.#line) this.#ended(end);
        handlers.ended(end);
      },
    });
    return () => {
      if (line === this.#line && this.#socket) this.#ended(LET_GO);
      abort();
    };
  };

  /** The same socket, with an ear for the logins that are sent. */
  #overheard(socket: DogSocket): DogSocket {
    return {
      close: (code, reason) => socket.close(code, reason),
      hangUp: () => socket.hangUp(),
      terminate: () => socket.terminate(),
      reset: () => socket.reset(),
      freeze: () => socket.freeze(),
      get bufferedBytes() {
        return socket.bufferedBytes;
      },
      send: (text) => {
        const { service, args } = JSON.parse(text) as { service: string; args: { outage?: { id: string } } };
        if (service === LOGIN) this.#reported = args.outage?.id;
        return socket.send(text);
      },
    };
  }

  #heard(text: string): void {
    const { see } = this.#context;
    const answer = readLoginAnswer(text);
    if (!answer) return;
    if (!answer.ok) {
      this.phase = "refused";
      see(this.sn, { did: "login_refused", code: answer.code });
      return;
    }
    const { session, isStored } = answer;
    if (this.phase === "up") {
      if (isStored) see(this.sn, { did: "login_again", session });
      return;
    }
    this.phase = "up";
    if (!isStored) see(this.sn, { did: "let_in", session });
    else see(this.sn, { did: "login", session, ...(this.#reported === undefined ? {} : { outage: this.#reported }) });
  }

  #ended({ opened, closeCode, status, retryAfterMs, error }: DialEnd): void {
    const { see } = this.#context;
    this.#socket = undefined;
    this.phase = "waiting";
    if (opened) see(this.sn, { did: "closed", code: closeCode ?? 1006, error: error?.message ?? null });
    else if (status === null) see(this.sn, { did: "failed", error: error?.message ?? "ended" });
    else see(this.sn, { did: "refused", status, retryAfterS: retryAfterMs === null ? null : retryAfterMs / 1_000 });
  }
}
