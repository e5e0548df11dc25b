import { DogClient } from "#dog/client/dog-client.ts";
import type { DogSchedule } from "#dog/client/dog-client-options.ts";
import { RequestError } from "#dog/client/request-error.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import type { LinkStatus } from "#lib/link/link-state.ts";
import { LOGIN_SERVICE } from "#lib/protocol/services.ts";
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

const PHASES = {
  resting: "idle",
  waiting: "waiting",
  polling: "waiting",
  refreshing: "waiting",
  dialing: "dialing",
  signing_in: "signing_in",
  up: "up",
} as const satisfies Record<LinkStatus, DogPhase>;

/** A robot that runs Leash's own DogClient, on a network that fails. */
export class LeashRobot implements Robot {
  readonly identity: Identity;
  readonly #context: RobotContext;
  readonly #network: FaultyNetwork;
  readonly #faults: Timers;
  readonly #client: DogClient;
  #badTokenUntil = Number.NEGATIVE_INFINITY;
  #isRefused = false;
  #isDead = false;

  /** `schedule`: reported and kept to; absent, the dog follows the operator's. */
  constructor(identity: Identity, context: RobotContext, schedule?: DogSchedule) {
    this.identity = identity;
    this.#context = context;
    const { clock, random, token } = context;
    this.#faults = new Timers(clock);
    this.#network = new FaultyNetwork({
      clock,
      dial: dialWebSocket,
      pollHealth,
      outgoing: (text) => this.#outgoing(text),
      onAct: (act) => this.#note(act),
    });
    const { localAddress } = identity;
    this.#client = new DogClient({
      servers: identity.servers,
      appId: identity.appId,
      token,
      sn: identity.sn,
      client: "leash-sim/2",
      network: identity.network,
      firmware: identity.firmware,
      labels: { site: identity.site, ...identity.labels },
      refreshToken: () => token,
      clock,
      random,
      dial: this.#network.dial,
      pollHealth: this.#network.pollHealth,
      ...(schedule ? { schedule } : {}),
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    this.#listen();
  }

  get phase(): DogPhase {
    if (this.#isDead) return "gave_up";
    const { state } = this.#client.getStatus();
    if (this.#network.isSilent && this.#network.hasSocket) return "silent";
    return state === "waiting" && this.#isRefused ? "refused" : PHASES[state];
  }

  start(): void {
    if (this.#isDead) return;
    this.#note(started(this.identity, "leash"));
    this.#client.start().catch((error: unknown) => {
      // Stopped before it was ever in; anything else is a scenario that no dog can be made of.
      if (!(error instanceof RequestError)) throw error;
    });
  }

  async stop(): Promise<void> {
    this.#faults.clear();
    await this.#client.stop();
    this.#network.close();
    this.#note({ act: "stopped" });
  }

  cutNetwork(how: Outage, awayMs: number): void {
    this.#note({ act: "fault", kind: how, forMs: awayMs });
    this.#network.cut(how, awayMs);
  }

  block(url: string, ms: number): void {
    this.#note({ act: "fault", kind: "no_gateway", forMs: ms });
    this.#network.block(url, ms);
  }

  sayGoodbye(restMs: number): void {
    if (this.phase !== "up") return;
    this.#note({ act: "fault", kind: "goodbye", forMs: restMs });
    void this.#client.stop();
    this.#faults.after(restMs, () => this.start());
  }

  loseToken(ms: number): void {
    this.#note({ act: "fault", kind: "wrong_token", forMs: ms });
    this.#badTokenUntil = this.#context.clock.monotonic() + ms;
    this.#network.cut("reset", 0);
  }

  flap(times: number): void {
    if (times <= 0) return;
    this.#note({ act: "fault", kind: "flapping", forMs: null });
    const [least, more] = FLAP_PAUSE_MS;
    const again = (left: number) => {
      this.#network.cut("reset", 0);
      if (left > 1) this.#faults.after(least + this.#context.random() * more, () => again(left - 1));
    };
    again(times);
  }

  die(): void {
    this.#note({ act: "fault", kind: "dead", forMs: null });
    this.#isDead = true;
    this.#faults.clear();
    this.#network.cut("reset", Number.POSITIVE_INFINITY);
    void this.#client.stop();
  }

  #listen(): void {
    this.#client.on("connected", ({ session, outage }) => {
      this.#isRefused = false;
      this.#note({ act: "login", line: this.#network.line, session, outage });
    });
    this.#client.on("refused", ({ code }) => {
      this.#isRefused = true;
      this.#note({ act: "refused_login", line: this.#network.line, code });
    });
    this.#client.on("disconnected", ({ reason, error }) => {
      this.#note({ act: "drop", line: this.#network.line, how: error ?? reason });
    });
    this.#client.on("retrying", ({ delayMs, attempt }) => this.#note({ act: "wait", delayMs, attempt }));
    this.#client.on("probing", ({ delayMs }) => this.#note({ act: "wait", delayMs, attempt: null }));
  }

  /** The handshake's token stays right, so that the gateway learns whose login it refuses. */
  #outgoing(text: string): string {
    const { clock, token } = this.#context;
    if (clock.monotonic() >= this.#badTokenUntil || !text.includes(LOGIN_SERVICE)) return text;
    return text.replace(JSON.stringify(token), JSON.stringify(WRONG_TOKEN));
  }

  #note(act: DogAct): void {
    this.#context.act(this.identity.sn, act);
  }
}
