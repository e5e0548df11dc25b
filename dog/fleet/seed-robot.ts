import { readGatewayMessage, readLoginAnswer } from "#dog/client/gateway-message.ts";
import type { DialEnd, DogSocket } from "#dog/transport/dial.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import { HEARTBEAT_SERVICE, LOGIN_SERVICE } from "#lib/protocol/services.ts";
import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { FaultyNetwork, type Outage } from "./faulty-network.ts";
import {
  type DogAct,
  type DogPhase,
  FLAP_PAUSE_MS,
  type Identity,
  type Robot,
  type RobotContext,
  started,
  WRONG_TOKEN,
} from "./robot.ts";
import { Timers } from "./timers.ts";

const HEARTBEAT_MS = 30_000;
const DIAL_TIMEOUT_MS = 10_000;

/**
 * The seed's Go client as it behaves on the wire: token in the URL unescaped, login twice on its first connection, redial at
 * once after a read error, backoff only after a failed dial, no watchdog, close codes unread, no close frame on Stop.
 */
export class SeedRobot implements Robot {
  readonly identity: Identity;
  phase: DogPhase = "idle";
  readonly #context: RobotContext;
  readonly #network: FaultyNetwork;
  readonly #faults: Timers;
  #socket: DogSocket | null = null;
  #abortDial: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelHeartbeat: (() => void) | null = null;
  #attempt = 0;
  #requests = 0;
  #badTokenUntil = 0;
  #isFirst = true;

  constructor(identity: Identity, context: RobotContext) {
    this.identity = identity;
    this.#context = context;
    const { clock } = context;
    this.#faults = new Timers(clock);
    const onAct = (act: DogAct) => this.#note(act);
    this.#network = new FaultyNetwork({ clock, dial: dialWebSocket, pollHealth, onAct });
  }

  start(): void {
    this.#note(started(this.identity, "seed"));
    this.#attempt = 0;
    this.#isFirst = true;
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#rest();
    this.#faults.clear();
    this.#network.close();
    this.#note({ act: "stopped" });
  }

  cutNetwork(how: Outage, awayMs: number): void {
    this.#note({ act: "fault", kind: how, forMs: awayMs });
    if (how === "silence" && this.#socket) {
      this.phase = "silent";
      this.#cancelHeartbeat?.();
    }
    this.#network.cut(how, awayMs);
  }

  block(url: string, ms: number): void {
    this.#note({ act: "fault", kind: "no_gateway", forMs: ms });
    this.#network.block(url, ms);
  }

  sayGoodbye(restMs: number): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#note({ act: "fault", kind: "goodbye", forMs: restMs });
    this.#rest();
    socket.hangUp();
    this.#faults.after(restMs, () => this.start());
  }

  loseToken(ms: number): void {
    this.#note({ act: "fault", kind: "wrong_token", forMs: ms });
    this.#badTokenUntil = this.#context.clock.monotonic() + ms;
    this.#socket?.reset();
  }

  flap(times: number): void {
    if (times <= 0) return;
    this.#note({ act: "fault", kind: "flapping", forMs: null });
    const [least, more] = FLAP_PAUSE_MS;
    const again = (left: number) => {
      this.#socket?.reset();
      if (left > 1) this.#faults.after(least + this.#context.random() * more, () => again(left - 1));
    };
    again(times);
  }

  die(): void {
    this.#note({ act: "fault", kind: "dead", forMs: null });
    const socket = this.#socket;
    this.#rest();
    this.#faults.clear();
    this.#network.cut("reset", Number.POSITIVE_INFINITY);
    socket?.reset();
    this.phase = "gave_up";
  }

  #dial(): void {
    const { identity } = this;
    const { localAddress } = identity;
    this.phase = "dialing";
    const url = `${identity.servers[0]}?token=${this.#token()}`;
    let mine: DogSocket | null = null;
    this.#abortDial = this.#network.dial(
      { url, handshakeTimeoutMs: DIAL_TIMEOUT_MS, ...(localAddress === undefined ? {} : { localAddress }) },
      {
        opened: (socket) => {
          mine = socket;
          this.#opened(socket);
        },
        heard: () => {},
        message: (text) => this.#answered(text),
        ended: (end) => {
          if (!end.opened) this.#dialFailed();
          else if (this.#socket === mine) this.#dropped(end);
        },
      },
    );
  }

  #opened(socket: DogSocket): void {
    this.#abortDial = null;
    this.#socket = socket;
    this.phase = "signing_in";
    this.#attempt = 0;
    this.#login(socket);
    if (this.#isFirst) this.#login(socket);
    this.#isFirst = false;
  }

  #login(socket: DogSocket): void {
    const { sn, appId } = this.identity;
    const timestamp = String(Math.floor(this.#context.clock.now() / 1_000));
    this.#request(socket, LOGIN_SERVICE, { app_id: appId, token: this.#token(), sn, timestamp }, "login");
  }

  #answered(text: string): void {
    const message = readGatewayMessage(text);
    if (message?.op !== "galbot_response" || message.service !== LOGIN_SERVICE || this.phase === "up") return;
    if (!message.result) {
      // It stays as it is, connected and refused, until the gateway closes it.
      this.phase = "refused";
      this.#note({ act: "refused_login", line: this.#network.line, code: message.code });
      return;
    }
    this.phase = "up";
    this.#note({
      act: "login",
      line: this.#network.line,
      session: readLoginAnswer(message.args).session,
      outage: null,
    });
    this.#beat();
  }

  #beat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#context.clock.schedule(HEARTBEAT_MS, () => {
      if (this.#socket) this.#request(this.#socket, HEARTBEAT_SERVICE, {}, "heartbeat");
      this.#beat();
    });
  }

  #dropped({ closeCode, error }: DialEnd): void {
    this.#socket = null;
    this.#cancelHeartbeat?.();
    this.#note({
      act: "drop",
      line: this.#network.line,
      how: error === null ? String(closeCode ?? "unknown") : error.message,
    });
    this.#attempt = 0;
    this.#dial();
  }

  #dialFailed(): void {
    const { maxRetries, baseDelayMs, maxDelayMs } = SEED_POLICY;
    if (this.#attempt >= maxRetries) {
      this.phase = "gave_up";
      this.#note({ act: "gave_up" });
      return;
    }
    this.phase = "waiting";
    const attempt = this.#attempt++;
    const delayMs = calculateBackoff(attempt, baseDelayMs, maxDelayMs);
    this.#note({ act: "wait", delayMs, attempt });
    this.#cancelTimer = this.#context.clock.schedule(delayMs, () => this.#dial());
  }

  #request(socket: DogSocket, service: string, args: object, kind: string): void {
    socket.send(JSON.stringify({ op: "galbot_request", service, args, request_id: `${kind}_${++this.#requests}` }));
  }

  #token(): string {
    const { clock, token } = this.#context;
    return clock.monotonic() < this.#badTokenUntil ? WRONG_TOKEN : token;
  }

  /** Dials no more, beats no more, and hears no more of its socket. */
  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelHeartbeat?.();
    this.#abortDial?.();
    this.#abortDial = null;
    this.#socket = null;
    this.phase = "idle";
  }

  #note(act: DogAct): void {
    this.#context.act(this.identity.sn, act);
  }
}
