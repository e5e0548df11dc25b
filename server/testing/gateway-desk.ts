import type { FleetEvent } from "#lib/fleet/event.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import type { DogCredentials } from "#server/auth/dog-credentials.ts";
import { createGateway, type Gateway } from "#server/gateway/gateway.ts";
import type { GatewayOptions } from "#server/gateway/gateway-options.ts";
import type { Handshake, Refusal, Socket, SocketHandler } from "#server/gateway/socket.ts";
import { createMemoryJournal, type MemoryJournal } from "#server/journal/memory-journal.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const DIED: DisconnectCause = { reason: "peer_reset", raw: "ECONNRESET", closeCode: null, initiator: "network" };

/** `good` is every dog's token; `good-SN` is SN's own. */
export const testCredentials = (changes: Partial<DogCredentials> = {}): DogCredentials => ({
  configured: true,
  urlSafe: true,
  check: (token, sn) => ({ ok: token === "good" || token === `good-${sn}`, digest: token }),
  ownerOf(token) {
    if (token === "good") return { status: "fleet" };
    return token.startsWith("good-") ? { status: "dog", sn: token.slice(5) } : { status: "unknown" };
  },
  close: () => {},
  ...changes,
});

export interface Answered {
  readonly service: string;
  readonly result: boolean;
  readonly code: number;
  readonly message: string;
  readonly request_id?: string;
  readonly args?: Record<string, unknown>;
}

/** A dog's socket in memory: what it says arrives at once, what it is told is kept. */
export class MemoryDog implements Socket {
  readonly remoteAddress: string;
  bufferedBytes = 0;
  answersPings = true;
  pings = 0;
  terminated = false;
  readonly closes: number[] = [];
  readonly texts: string[] = [];
  #handler: SocketHandler | undefined;
  #requests = 0;

  constructor(remoteAddress = "127.0.0.1") {
    this.remoteAddress = remoteAddress;
  }

  attach(handler: SocketHandler): this {
    this.#handler = handler;
    return this;
  }

  send(text: string, withPing = false): void {
    this.texts.push(text);
    if (withPing) this.ping();
  }

  ping(): void {
    this.pings++;
    if (this.answersPings) this.pong();
  }

  close(code: number): void {
    this.closes.push(code);
  }

  terminate(): void {
    this.terminated = true;
    this.die();
  }

  get answers(): Answered[] {
    return this.texts.map((text) => JSON.parse(text) as Answered);
  }

  get codes(): number[] {
    return this.answers.map((answer) => answer.code);
  }

  pong(): void {
    this.#handler?.heard();
    this.#handler?.pong();
  }

  say(text: string): void {
    this.#handler?.heard();
    this.#handler?.message(text);
  }

  request(service: string, args: unknown = {}): void {
    this.say(JSON.stringify({ op: "galbot_request", service, args, request_id: `r${++this.#requests}` }));
  }

  login(sn: string, more: Record<string, unknown> = {}): this {
    this.request("/api/user/login", { app_id: "app", token: "good", sn, timestamp: "1700000000", ...more });
    return this;
  }

  /** The pipe is gone. */
  die(cause: DisconnectCause = DIED): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.ended(cause);
  }
}

/** A gateway on a fake clock with dogs in memory. */
export class GatewayDesk {
  readonly clock: FakeClock;
  readonly journal: MemoryJournal;
  readonly gateway: Gateway;
  readonly events: FleetEvent[] = [];
  readonly counts = new Map<string, number>();

  constructor(changes: Partial<GatewayOptions> & { clock?: FakeClock } = {}) {
    this.clock = changes.clock ?? new FakeClock();
    this.journal = createMemoryJournal({ clock: this.clock, epoch: "E" });
    this.journal.subscribe((event) => this.events.push(event));
    this.gateway = createGateway({
      random: () => 0.5,
      journal: this.journal,
      credentials: testCredentials(),
      dogs: { hasReported: () => false, isKnown: () => true, endsOutage: () => false },
      policies: () => ({ pushed: PUSHED_POLICY, assumed: SEED_POLICY }),
      log: SILENT,
      metrics: {
        count: (name, label) => {
          const key = label === undefined ? name : `${name}:${label}`;
          this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
        },
      },
      ...changes,
      clock: this.clock,
    });
  }

  /** Dials; a refusal instead of a dog where it is refused. */
  tryDial(handshake: Partial<Handshake> = {}): MemoryDog | Refusal {
    const whole: Handshake = { remoteAddress: "127.0.0.1", token: undefined, userAgent: undefined, ...handshake };
    const refusal = this.gateway.admit(whole);
    if (refusal instanceof Promise) throw new Error("it waits for its turn: use a rate it does not exceed");
    if (refusal) return refusal;
    const dog = new MemoryDog(whole.remoteAddress);
    return dog.attach(this.gateway.attach(dog, whole));
  }

  dial(handshake: Partial<Handshake> = {}): MemoryDog {
    const dog = this.tryDial(handshake);
    if (!(dog instanceof MemoryDog)) throw new Error(`refused: ${dog.status} ${dog.message}`);
    return dog;
  }

  /** Dials and logs in; resolves once the answer is there. */
  async enter(sn: string, more: Record<string, unknown> = {}): Promise<MemoryDog> {
    const dog = this.dial().login(sn, more);
    await this.settle();
    return dog;
  }

  /** Lets commits and what waits for them happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  types(sn?: string): string[] {
    return this.events
      .filter((event) => sn === undefined || ("sn" in event && event.sn === sn))
      .map((event) => event.type);
  }
}
