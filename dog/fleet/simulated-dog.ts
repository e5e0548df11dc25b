import type { DialHandlers, DogSocket } from "#dog/transport/dial.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { closePolicy } from "#lib/protocol/close-codes.ts";
import { HEARTBEAT_SERVICE, LOGIN_SERVICE } from "#lib/protocol/messages.ts";
import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { type Identity, type LivedOutage, loginArgs, outageReport } from "./login-args.ts";

/** What a dog did or met, for the log that is the truth of a run. */
export type DogAct =
  | { readonly act: "dial" | "refused_dial" | "login" | "refused_login" | "gave_up" | "started" | "stopped" }
  | { readonly act: "drop"; readonly how: string }
  | { readonly act: "fault"; readonly kind: string };

export interface DogContext {
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly act: (sn: string, act: DogAct) => void;
}

export type DogPhase = "idle" | "dialing" | "waiting" | "signing_in" | "up" | "refused" | "silent" | "gave_up";

const HEARTBEAT_MS = 30_000;
/** A refused Leash dog asks for a new token so often before it slows down (DESIGN section 5). */
const REAUTHENTICATE = { tries: 5, delayMs: 5_000 } as const;

/** One robot over a real socket: the seed's client or ours, with faults inflicted from outside. */
export class SimulatedDog {
  readonly identity: Identity;
  phase: DogPhase = "idle";
  #context: DogContext;
  #socket: DogSocket | null = null;
  #abortDial: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelHeartbeat: (() => void) | null = null;
  #attempt = 0;
  #requests = 0;
  #outage: LivedOutage | null = null;
  #awayUntil = 0;
  #badTokenUntil = 0;
  #firstLogin = true;

  constructor(identity: Identity, context: DogContext) {
    this.identity = identity;
    this.#context = context;
  }

  get isSeed(): boolean {
    return this.identity.schedule.kind === "seed";
  }

  start(): void {
    this.#note({ act: "started" });
    this.#attempt = 0;
    this.#dial();
  }

  /** Leaves no timer and no socket. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelHeartbeat?.();
    this.#abortDial?.();
    this.#socket?.terminate();
    this.#socket = null;
    this.phase = "idle";
    this.#note({ act: "stopped" });
  }

  /** The network goes away for `awayMs`: by RST, by FIN, or with no word at all. */
  cutNetwork(how: "reset" | "fin" | "silence", awayMs: number): void {
    this.#note({ act: "fault", kind: how });
    this.#awayUntil = this.#context.clock.monotonic() + awayMs;
    const socket = this.#socket;
    if (!socket) return;
    if (how === "reset") socket.reset();
    else if (how === "fin") socket.hangUp();
    else {
      socket.freeze();
      this.phase = "silent";
      this.#cancelHeartbeat?.();
      this.#after(awayMs, () => socket.reset());
    }
  }

  /** Says goodbye properly, rests, and comes back as a fresh start. */
  sayGoodbye(restMs: number): void {
    if (!this.#socket) return;
    this.#note({ act: "fault", kind: "goodbye" });
    const socket = this.#socket;
    this.#forget();
    socket.close(1000, "going to sleep");
    this.phase = "idle";
    this.#after(restMs, () => this.start());
  }

  /** Signs in with a wrong token for `ms`, starting with a new connection. */
  loseToken(ms: number): void {
    this.#note({ act: "fault", kind: "wrong_token" });
    this.#badTokenUntil = this.#context.clock.monotonic() + ms;
    this.#socket?.reset();
  }

  /** Never dials again: battery, lift shaft, crash. */
  die(): void {
    this.#note({ act: "fault", kind: "dead" });
    this.#awayUntil = Number.POSITIVE_INFINITY;
    const socket = this.#socket;
    this.#forget();
    socket?.reset();
    this.#abortDial?.();
    this.#cancelTimer?.();
    this.phase = "gave_up";
  }

  /** Drops `times` times, each a few seconds after it came back. */
  flap(times: number): void {
    this.#note({ act: "fault", kind: "flapping" });
    const again = (left: number) => {
      this.#socket?.reset();
      if (left > 1) this.#context.clock.schedule(8_000 + this.#context.random() * 15_000, () => again(left - 1));
    };
    again(times);
  }

  #dial(): void {
    const { clock, url, token } = this.#context;
    this.phase = "dialing";
    if (this.#outage) this.#outage.dials++;
    this.#note({ act: "dial" });
    if (clock.monotonic() < this.#awayUntil) {
      this.#after(20, () => this.#dialFailed("ENETUNREACH", null));
      return;
    }
    const { schedule, localAddress } = this.identity;
    const target = this.isSeed ? `${url}?token=${this.#token(token)}` : url;
    this.#abortDial = dialWebSocket(
      {
        url: target,
        handshakeTimeoutMs: schedule.dialTimeoutMs,
        ...(localAddress === undefined ? {} : { localAddress }),
      },
      this.#handlers(),
    );
  }

  #handlers(): DialHandlers {
    let mine: DogSocket | null = null;
    return {
      opened: (socket) => {
        mine = socket;
        this.#abortDial = null;
        this.#socket = socket;
        this.phase = "signing_in";
        if (this.isSeed) this.#attempt = 0;
        this.#login(socket);
        if (this.isSeed && this.#firstLogin) this.#login(socket);
        this.#firstLogin = false;
      },
      heard: () => {},
      message: (text) => this.#answered(text),
      ended: (end) => {
        this.#abortDial = null;
        const error = codeOf(end.error);
        if (!end.opened) return this.#dialFailed(error ?? "refused", end.retryAfterMs);
        if (this.#socket !== mine) return;
        this.#socket = null;
        this.#cancelHeartbeat?.();
        this.#dropped(end.closeCode, error);
      },
    };
  }

  #login(socket: DogSocket): void {
    const { clock, token } = this.#context;
    const outage = this.isSeed || !this.#outage ? undefined : outageReport(this.#outage, clock.monotonic());
    const args = loginArgs(this.identity, this.#token(token), clock.now(), outage);
    socket.send(
      JSON.stringify({ op: "galbot_request", service: LOGIN_SERVICE, args, request_id: `login_${++this.#requests}` }),
    );
  }

  #answered(text: string): void {
    const message = JSON.parse(text) as { op?: string; service?: string; result?: boolean };
    if (message.op !== "galbot_response" || message.service !== LOGIN_SERVICE) return;
    if (!message.result) {
      this.phase = "refused";
      this.#note({ act: "refused_login" });
      if (!this.isSeed) this.#refused();
      return;
    }
    if (this.phase === "up") return;
    this.phase = "up";
    this.#outage = null;
    this.#note({ act: "login" });
    this.#beat();
    if (!this.isSeed) this.#after(60_000, () => (this.#attempt = 0));
  }

  /** Ours asks for a new token and signs in again; the seed's client stays parked. */
  #refused(): void {
    const socket = this.#socket;
    this.#forget();
    socket?.terminate();
    this.#wait(this.#attempt++ < REAUTHENTICATE.tries ? REAUTHENTICATE.delayMs : this.#probeDelay());
  }

  #beat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#context.clock.schedule(HEARTBEAT_MS, () => {
      const id = `heartbeat_${++this.#requests}`;
      this.#socket?.send(
        JSON.stringify({ op: "galbot_request", service: HEARTBEAT_SERVICE, args: {}, request_id: id }),
      );
      this.#beat();
    });
  }

  #dropped(closeCode: number | null, error: string | null): void {
    const { clock, random } = this.#context;
    this.#note({ act: "drop", how: closeCode === null ? (error ?? "unknown") : String(closeCode) });
    this.#outage ??= {
      id: `${this.#requests}-${Math.floor(clock.monotonic())}`,
      beganAt: clock.monotonic(),
      dials: 0,
      probes: 0,
      delaysMs: [],
      lastError: error,
    };
    if (this.isSeed) {
      this.#attempt = 0;
      this.#dial();
      return;
    }
    const policy = closePolicy(closeCode ?? 1006);
    const [least, most] = this.identity.schedule.firstDelayMs;
    if (policy === "reconnect_now") this.#wait(random() * 1_000);
    else if (policy === "reauthenticate") this.#wait(5_000);
    else if (policy === "slow_probe") this.#wait(this.#probeDelay());
    else this.#wait(least + random() * (most - least));
  }

  #dialFailed(error: string, retryAfterMs: number | null): void {
    const { schedule } = this.identity;
    this.#note({ act: "refused_dial" });
    if (this.#outage) this.#outage.lastError = error;
    const delay = calculateBackoff(this.#attempt, schedule.baseDelayMs, schedule.maxDelayMs);
    if (this.#attempt >= schedule.maxRetries) {
      if (schedule.probeMs === null) {
        this.phase = "gave_up";
        this.#note({ act: "gave_up" });
        return;
      }
      if (this.#outage) this.#outage.probes++;
      this.#wait(this.#probeDelay());
      return;
    }
    const jittered = delay * (1 + this.#context.random() * schedule.jitter);
    this.#attempt++;
    this.#wait(Math.max(jittered, this.isSeed ? 0 : (retryAfterMs ?? 0)));
  }

  #wait(ms: number): void {
    this.phase = "waiting";
    if (this.#outage && this.#outage.delaysMs.length < 32) this.#outage.delaysMs.push(Math.round(ms));
    this.#after(ms, () => this.#dial());
  }

  #probeDelay(): number {
    return (this.identity.schedule.probeMs ?? 300_000) * (0.8 + this.#context.random() * 0.4);
  }

  #token(good: string): string {
    return this.#context.clock.monotonic() < this.#badTokenUntil ? "expired-token" : good;
  }

  #after(ms: number, task: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.clock.schedule(ms, task);
  }

  /** The socket's end is no longer this dog's business. */
  #forget(): void {
    this.#socket = null;
    this.#cancelHeartbeat?.();
  }

  #note(act: DogAct): void {
    this.#context.act(this.identity.sn, act);
  }
}

const codeOf = (error: (Error & { code?: unknown }) | null): string | null =>
  error && (typeof error.code === "string" ? error.code : error.message);
