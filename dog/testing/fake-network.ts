import type { Dial, DialHandlers, DialTarget, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import type { Random } from "#lib/testing/random.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { FakePipe } from "./fake-pipe.ts";

/** How the network treats a dial: shares in [0, 1], drawn in this order; what is left gets through. */
export interface Weather {
  /** RST at the SYN. */
  readonly refused: number;
  /** No answer at all: the handshake times out. */
  readonly swallowed: number;
  /** An HTTP answer instead of the upgrade: one of `statuses`. */
  readonly turnedAway: number;
  readonly statuses: readonly number[];
  /** Of each message, at most. */
  readonly latencyMs: number;
}

export const FAIR: Weather = { refused: 0, swallowed: 0, turnedAway: 0, statuses: [503], latencyMs: 100 };

export interface FakeNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
}

/** Gateways by address, and the weather before them. Moves with its clock alone; the same seed gives the same run. */
export class FakeNetwork {
  weather: Weather = FAIR;
  /** Targets dialed so far. */
  readonly dials: DialTarget[] = [];
  polls = 0;
  /** Laws of the network a dog broke. */
  readonly violations: string[] = [];
  readonly #options: FakeNetworkOptions;
  readonly #acknowledged = new Set<string>();
  readonly #gateways = new Map<string, FakeGateway>();
  /** Dials and sockets nobody let go of. */
  readonly #open = new Set<object>();
  /** Closing handshakes under way. */
  readonly #closing = new Set<object>();

  constructor(options: FakeNetworkOptions) {
    this.#options = options;
  }

  /** Dials, sockets and closing handshakes a dog has. */
  get openLines(): number {
    return this.#open.size + this.#closing.size;
  }

  gateway(url: string): FakeGateway {
    const gateway = this.#gateways.get(url) ?? new FakeGateway(this.#options.random, this.#acknowledged);
    this.#gateways.set(url, gateway);
    return gateway;
  }

  readonly dial: Dial = (target, handlers) => {
    this.dials.push(target);
    if (this.#open.size > 0) this.violations.push(`dial ${this.dials.length} while another line is open`);
    const one = {};
    this.#open.add(one);
    const { clock, random } = this.#options;
    let pipe: FakePipe | null = null;
    const over: DialHandlers = {
      opened: (socket) => handlers.opened(socket),
      message: (text) => handlers.message(text),
      heard: () => handlers.heard(),
      ended: (end) => {
        this.#forget(one);
        handlers.ended(end);
      },
    };
    const cancel = this.#answer(target, over, () => {
      const { latencyMs } = this.weather;
      pipe = new FakePipe({ clock, random, latencyMs, gateway: this.gateway(target.url), handlers: over });
      const { socket } = pipe;
      const abandoned = pipe;
      handlers.opened({
        ...socket,
        close: (code) => {
          this.#open.delete(one);
          this.#closing.add(one);
          socket.close(code);
        },
        terminate: () => {
          this.#forget(one);
          abandoned.abandon();
        },
      });
    });
    return () => {
      this.#forget(one);
      cancel();
      pipe?.abandon();
    };
  };

  readonly pollHealth: PollHealth = (_url, { timeoutMs }, done) => {
    this.polls++;
    const { clock, random } = this.#options;
    const { refused, swallowed, turnedAway } = this.weather;
    if (random() < swallowed) return clock.schedule(timeoutMs, () => done(false, null));
    const healthy = random() >= refused + turnedAway;
    return clock.schedule(random() * this.weather.latencyMs, () => done(healthy, null));
  };

  #forget(one: object): void {
    this.#open.delete(one);
    this.#closing.delete(one);
  }

  /** Returns the cancel. */
  #answer(target: DialTarget, handlers: DialHandlers, open: () => void): () => void {
    const { clock, random } = this.#options;
    const { refused, swallowed, turnedAway, statuses, latencyMs } = this.weather;
    const nothing = { opened: false, closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null };
    const fail = (ms: number, code: string) =>
      clock.schedule(ms, () =>
        handlers.ended({ ...nothing, error: Object.assign(new Error(`connect ${code}`), { code }) }),
      );
    const fate = random();
    if (fate < refused) return fail(random() * latencyMs, "ECONNREFUSED");
    if (fate < refused + swallowed) return fail(target.handshakeTimeoutMs, "ETIMEDOUT");
    const delay = random() * latencyMs;
    if (fate >= refused + swallowed + turnedAway) return clock.schedule(delay, open);
    const status = statuses[Math.floor(random() * statuses.length)] ?? 503;
    const retryAfterMs = random() < 0.5 ? Math.floor(random() * 30_000) : null;
    return clock.schedule(delay, () => handlers.ended({ ...nothing, status, retryAfterMs }));
  }
}
