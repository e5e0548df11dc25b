import type { RequestError } from "#dog/client/request-error.ts";
import { LONGEST_WAIT_MS } from "#lib/link/next-wait.ts";
import { type Random, seededRandom } from "#lib/testing/random.ts";
import { ClientBench, GATEWAY, settled } from "./client-bench.ts";
import { CALM, type FakeGateway, type GatewayMood, type PipeEnding } from "./fake-gateway.ts";
import { FAIR } from "./fake-network.ts";
import type { FakePipe } from "./fake-pipe.ts";

const BACKUP = "ws://backup.test/ws";
const MINUTE = 60_000;
const ENDINGS: readonly PipeEnding[] = [
  1000,
  1001,
  1006,
  1008,
  1009,
  1011,
  1012,
  1013,
  4000,
  4100,
  4101,
  4103,
  4200,
  4201,
  4202,
  4500,
  4501,
  "fin",
  "reset",
  "silence",
];
/** The longest wait, and the dial, login and poll that may fail around it. */
const LONGEST_SILENCE_MS = LONGEST_WAIT_MS + 40_000;
const WATCHDOG_MS = 45_000 + 10_000;

export interface WorldTally {
  readonly dials: number;
  readonly outages: number;
  readonly acknowledged: number;
  readonly dropped: number;
}

/**
 * One client in a world drawn from `seed`: hours of bad weather and moody gateways, of owners who stop, start, move and ask,
 * then fair weather. A broken law throws with the seed and the instant.
 */
export class ClientWorld {
  readonly #seed: number;
  readonly #random: Random;
  readonly #bench: ClientBench;
  /** One, or a primary and its backup. */
  readonly #gateways: readonly FakeGateway[];
  readonly #isStopped: boolean;
  #running = false;
  #isFair = false;
  #kept = 0;
  #acknowledged: number[] = [];
  #rejected = 0;
  #pending = 0;
  /** Outages the dog spoke of, and the dials it made in them. */
  readonly #outages = new Set<string>();
  #dialsOut = 0;
  #activeAt = 0;
  #activity = "";
  #silentSince: number | null = null;
  #silentPipe: FakePipe | null = null;
  #broken: string | null = null;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#isStopped = this.#random() < 0.3;
    const canRefresh = this.#random() < 0.6;
    const schedule = { maxRetries: Math.floor(this.#random() * 12), jitter: this.#random() };
    const servers = this.#random() < 0.4 ? [GATEWAY, BACKUP] : [GATEWAY];
    this.#bench = new ClientBench(
      {
        servers,
        ...(canRefresh ? { refreshToken: () => this.#newToken() } : {}),
        ...(this.#random() < 0.5 ? { schedule } : {}),
        outboxLimit: { messages: 20 },
      },
      seed,
    );
    const { client, network } = this.#bench;
    this.#gateways = servers.map((url) => network.gateway(url));
    client.on("disconnected", () => void this.#outages.add(client.getStatus().outage?.id ?? "none"));
    client.on("connecting", () => {
      if (client.getStatus().outage) this.#dialsOut++;
    });
    for (const name of ["retrying", "probing"] as const) {
      client.on(name, ({ delayMs }) =>
        this.#check(delayMs >= 0 && delayMs <= LONGEST_WAIT_MS, `a wait of ${delayMs} ms`),
      );
    }
  }

  /** `periods` of bad weather, then fair weather for as long as the longest probes need. */
  async run(periods = 4): Promise<WorldTally> {
    this.#start();
    for (let period = 0; period < periods; period++) {
      this.#turn();
      await this.#pass(MINUTE + this.#random() * 60 * MINUTE, true);
    }
    const { network } = this.#bench;
    this.#isFair = true;
    network.weather = FAIR;
    for (const gateway of this.#gateways) {
      gateway.mood = CALM;
      gateway.answerCodes.length = 0;
      gateway.endAll("reset");
    }
    if (!this.#running) this.#start();
    await this.#pass(3 * LONGEST_WAIT_MS + 5 * MINUTE, false);
    this.#judgeEnd();
    const tally = {
      dials: network.dials.length,
      outages: this.#outages.size,
      acknowledged: this.#acknowledged.length,
      dropped: this.#rejected,
    };
    await this.#stop(true);
    return tally;
  }

  #turn(): void {
    const { network } = this.#bench;
    const share = () => this.#random() ** 2 * 0.7;
    network.weather = {
      refused: share() * 0.5,
      swallowed: share() * 0.5,
      turnedAway: share() * 0.5,
      statuses: [401, 403, 404, 429, 500, 502, 503],
      latencyMs: 1 + this.#random() ** 3 * 3_000,
    };
    const mood = (): GatewayMood => ({
      loginSwallowed: share(),
      loginRefused: share(),
      refusals: [400, 401, 409, 429, 503],
      answerLost: share(),
      // An outage that was stopped in and one that was not stored become one: counted apart below.
      unstored: this.#isStopped ? 0 : share(),
      requestUnanswered: share(),
      garbage: share(),
      meanSessionMs: 1_000 + this.#random() ** 2 * 20 * MINUTE,
      endings: ENDINGS,
    });
    for (const gateway of this.#gateways) gateway.mood = mood();
  }

  async #pass(ms: number, isBad: boolean): Promise<void> {
    const { clock } = this.#bench;
    const until = clock.monotonic() + ms;
    while (clock.monotonic() < until) {
      if (isBad) await this.#meddle();
      clock.advance(50 + this.#random() ** 3 * 20_000);
      await settled();
      this.#judge();
    }
  }

  /** What an owner does of an evening. */
  async #meddle(): Promise<void> {
    const { client } = this.#bench;
    const gateway = this.#pick(this.#gateways);
    const what = Math.floor(this.#random() * 100);
    if (what < 6) this.#keep();
    else if (what < 9) void client.send("/ask", {});
    else if (what === 9) gateway.push("/api/policy", { max_retries: 5, base_delay_ms: 700, max_delay_ms: 20_000 });
    else if (what === 10) client.networkChanged({ network: "cellular" });
    else if (what === 11) client.dialNow();
    else if (what === 12) gateway.answerCodes.push(401, 429);
    else if (what === 14) gateway.endAll(this.#pick(ENDINGS));
    else if (what === 13 && this.#isStopped) await this.#stop(this.#random() < 0.3);
    else if (!this.#running && what < 50) this.#start();
  }

  #keep(): void {
    if (!this.#running) return;
    const n = this.#kept++;
    this.#pending++;
    this.#bench.client.send("/log", { n }, { keep: true, timeoutMs: 1_000 + this.#random() * 10_000 }).then(
      () => {
        this.#pending--;
        this.#check(
          n > (this.#acknowledged.at(-1) ?? -1),
          `message ${n} acknowledged after ${this.#acknowledged.at(-1)}`,
        );
        this.#acknowledged.push(n);
      },
      (error: RequestError) => {
        this.#pending--;
        this.#rejected++;
        this.#check(error.code !== "disconnected" && error.code !== "invalid", `a kept message ended ${error.code}`);
      },
    );
  }

  #start(): void {
    this.#running = true;
    this.#active();
    void this.#bench.client.start();
  }

  async #stop(watch: boolean): Promise<void> {
    if (!this.#running) return;
    const { client, clock, network } = this.#bench;
    this.#running = false;
    this.#silentSince = null;
    void client.stop();
    if (!watch) return;
    const before = this.#effects();
    clock.advance(2_000);
    await settled();
    this.#check(network.openLines === 0, "a socket outlives stop");
    this.#check(clock.pending === 0, "a timer outlives stop");
    clock.advance(20 * MINUTE);
    await settled();
    this.#check(this.#effects() === before, "something was done after stop");
    this.#check(this.#pipes.length === 0, "a dog that is stopped is still on the line");
  }

  #effects(): string {
    const { network, told } = this.#bench;
    return [network.dials.length, network.polls, told.length].join();
  }

  async #newToken(): Promise<string> {
    const fate = this.#isFair ? 1 : this.#random();
    if (fate < 0.2) throw new Error("no token today");
    if (fate < 0.4) await new Promise(() => {});
    return `t-${Math.floor(fate * 1e6)}`;
  }

  #active(): void {
    this.#activeAt = this.#bench.clock.monotonic();
  }

  #judge(): void {
    const { network, clock, client } = this.#bench;
    const now = clock.monotonic();
    this.#check(network.violations.length === 0, network.violations[0] ?? "");
    const needless = this.#gateways.some((gateway) => gateway.needless.length > 0);
    this.#check(!needless, "a message was sent again though its answer had come");
    const { connected } = client.getStatus();
    const activity = this.#effects();
    if (connected || activity !== this.#activity || !this.#running) this.#active();
    this.#activity = activity;
    this.#check(now - this.#activeAt <= LONGEST_SILENCE_MS, "silent without end");
    const isDeaf = connected && this.#pipes.every((pipe) => pipe.isSilent);
    const [pipe = null] = this.#pipes;
    if (!isDeaf || pipe !== this.#silentPipe) this.#silentSince = null;
    if (isDeaf) this.#silentSince ??= now;
    this.#silentPipe = pipe;
    this.#check(now - (this.#silentSince ?? now) <= WATCHDOG_MS + 20_000, "up on a line that is dead");
  }

  #judgeEnd(): void {
    const status = this.#bench.client.getStatus();
    this.#check(status.connected, `not back in fair weather: ${status.state}`);
    /** Dials by outage, as the last report of it had them: a dog may have told two gateways of one. */
    const told = new Map<string, number>();
    for (const [key, { report }] of this.#gateways.flatMap(({ outages }) => [...outages])) {
      told.set(key, Math.max(told.get(key) ?? 0, Number(report.dials)));
    }
    const missing = [...this.#outages].filter((id) => !told.has(`GB-1/${id}`));
    this.#check(missing.length === 0, `outages never told of: ${missing.join()}`);
    this.#check(told.size === this.#outages.size, "the gateway counts outages there were not");
    const dials = [...told.values()].reduce((sum, one) => sum + one, 0);
    this.#check(dials === this.#dialsOut, `${dials} dials told of ${this.#dialsOut}`);
    this.#check(this.#pending === 0, `${this.#pending} kept messages have no end`);
    this.#check(this.#acknowledged.length + this.#rejected === this.#kept, "a kept message vanished");
    this.#check(this.#bench.all("dropped").length === this.#rejected, "a message was dropped without a word");
    const delivered = new Set(this.#gateways.flatMap(({ deliveries }) => deliveries.map(({ args }) => args.n)));
    for (const n of this.#acknowledged) this.#check(delivered.has(n), `message ${n} was acknowledged by nobody`);
  }

  get #pipes() {
    return this.#gateways.flatMap(({ pipes }) => pipes);
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new RangeError("nothing to pick from");
    return picked;
  }

  /** What is checked where a listener's error goes no further is thrown by the next step. */
  #check(holds: boolean, what: string): void {
    if (holds && this.#broken === null) return;
    this.#broken ??= `seed ${this.#seed} at ${Math.round(this.#bench.clock.monotonic())} ms: ${what}`;
    throw new Error(this.#broken);
  }
}
