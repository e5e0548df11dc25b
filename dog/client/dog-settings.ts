import type { LinkPolicy } from "#lib/link/link-state.ts";
import { DOG_TOKEN } from "#lib/protocol/services.ts";
import type { RetryPolicy, Schedule } from "#lib/reconnection/schedule.ts";
import {
  type DogClientOptions,
  DogOptionsError,
  type DogSchedule,
  networkProblems,
  scheduleOf,
  serversOf,
} from "./dog-client-options.ts";
import type { LoginAnswer } from "./gateway-message.ts";
import type { DogIdentity } from "./login-args.ts";

/** What changes with the network under a dog; what is left out stays. */
export interface NetworkChange {
  readonly network?: string;
  readonly servers?: readonly string[];
  readonly schedule?: DogSchedule;
}

/** For a gateway that names none of its own. */
const HEARTBEAT_MS = 30_000;
const STABLE_MS = 60_000;

/** What a dog is and does at the moment: as its options say, its network, its gateway and its operator since. */
export class DogSettings {
  readonly #options: DogClientOptions;
  #servers: readonly string[];
  #network: string | undefined;
  #schedule: Schedule;
  #token: string;
  #heartbeatMs: number;
  #stableMs = STABLE_MS;

  constructor(options: DogClientOptions) {
    const { schedule, followPolicy = schedule === undefined } = options;
    this.#options = options;
    this.#servers = serversOf(options);
    this.#network = options.network;
    // A dog that follows nobody says what it does, or the console would take it for one that follows.
    this.#schedule = scheduleOf(schedule, schedule !== undefined || !followPolicy);
    this.#token = options.token;
    this.#heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  }

  get heartbeatMs(): number {
    return this.#heartbeatMs;
  }

  get maxRetries(): number {
    return this.#schedule.maxRetries;
  }

  get network(): string | null {
    return this.#network ?? null;
  }

  get token(): string {
    return this.#token;
  }

  /** Throws a TypeError for what is no token. */
  set token(token: string) {
    if (!DOG_TOKEN.test(token)) throw new TypeError("expected a token of 1 to 512 printable characters without spaces");
    this.#token = token;
  }

  /** Checked at `start`: there is at least one. */
  get servers(): readonly [string, ...string[]] {
    const [primary = "", ...backups] = this.#servers;
    return [primary, ...backups];
  }

  get identity(): DogIdentity {
    const { sn, appId, client = "leash-dog/1", firmware, labels } = this.#options;
    const schedule = this.#schedule.source === "reported" ? this.#schedule : undefined;
    return { sn, appId, client, network: this.#network, firmware, labels, schedule };
  }

  get policy(): LinkPolicy {
    const canRefresh = this.#options.refreshToken !== undefined;
    return { schedule: this.#schedule, canRefresh, giveUp: false, stableMs: this.#stableMs };
  }

  /** The gateway's pace, where the options set none. */
  welcomed({ heartbeatMs, stableMs }: LoginAnswer): void {
    this.#heartbeatMs = this.#options.heartbeatMs ?? heartbeatMs ?? HEARTBEAT_MS;
    this.#stableMs = stableMs ?? STABLE_MS;
  }

  /**
   * A dog that follows the operator takes over the numbers; one that reported its own keeps to what it said. True where that
   * changed anything.
   */
  adopt(policy: RetryPolicy): boolean {
    const { maxRetries, baseDelayMs, maxDelayMs, source } = this.#schedule;
    const follows = this.#options.followPolicy ?? source !== "reported";
    const isNew =
      policy.maxRetries !== maxRetries || policy.baseDelayMs !== baseDelayMs || policy.maxDelayMs !== maxDelayMs;
    if (!follows || !isNew) return false;
    this.#schedule = { ...this.#schedule, ...policy };
    return true;
  }

  /** Throws a DogOptionsError, and changes nothing then. */
  change(change: NetworkChange): void {
    const problems = networkProblems(this.#servers, change);
    if (problems.length > 0) throw new DogOptionsError(problems);
    const { network, servers, schedule } = change;
    this.#network = network ?? this.#network;
    this.#servers = servers ?? this.#servers;
    this.#schedule = schedule ? scheduleOf(schedule, true) : this.#schedule;
  }
}
