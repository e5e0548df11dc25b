import type { DialTarget, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import {
  createServerChoice,
  currentServer,
  primarySeen,
  returnToPrimary,
  type ServerChoice,
  serverFailed,
  serverWorked,
  sessionEndedEarly,
  sessionLasted,
  shouldReturn,
  withServers,
} from "#lib/link/server-choice.ts";
import { POLL_TIMEOUT_MS } from "#lib/link/transition.ts";
import { PrimaryWatch } from "./primary-watch.ts";

export interface LinkServersOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly pollHealth: PollHealth;
  readonly target: (server: string) => Pick<DialTarget, "tls" | "localAddress">;
  /** The primary is the server to dial now: it has been healthy for long enough. */
  readonly returned: () => void;
}

export type Urls = readonly [string, ...string[]];

/** The shell around lib/link/server-choice.ts: what a link knows of its servers, and its looks at their health. */
export class LinkServers {
  readonly #options: LinkServersOptions;
  readonly #primary: PrimaryWatch;
  #urls: Urls;
  #choice: ServerChoice;

  constructor(urls: Urls, options: LinkServersOptions) {
    this.#options = options;
    this.#urls = urls;
    this.#choice = createServerChoice(urls);
    this.#primary = new PrimaryWatch({
      ...options,
      look: (seen) => this.#lookAtPrimary(seen),
      isTime: () => shouldReturn(this.#choice, options.clock.monotonic()),
      comeBack: () => this.#comeBack(),
    });
  }

  /** The one to dial. */
  get current(): string {
    return currentServer(this.#choice);
  }

  set(urls: Urls, inUse: string): void {
    this.#choice = withServers(this.#choice, urls, inUse);
    this.#urls = urls;
  }

  /** Nothing is known of any, the primary is next. */
  forget(): void {
    this.#choice = createServerChoice(this.#urls);
  }

  failed(): void {
    this.#choice = serverFailed(this.#choice, this.#options.clock.monotonic());
  }

  endedEarly(): void {
    this.#choice = sessionEndedEarly(this.#choice, this.#options.clock.monotonic());
  }

  lasted(): void {
    this.#choice = sessionLasted(this.#choice);
  }

  worked(): void {
    this.#choice = serverWorked(this.#choice);
  }

  /** Asks the one to dial for its health. Returns the abort. */
  poll(done: (healthy: boolean, retryAfterMs: number | null) => void): () => void {
    return this.#ask(this.current, done);
  }

  /** Looks at the primary from now on if there is a session and it is elsewhere; else no longer. */
  watchPrimary(isUp: boolean): void {
    if (isUp && this.#choice.current !== 0) this.#primary.start();
    else this.#primary.stop();
  }

  #ask(server: string, done: (healthy: boolean, retryAfterMs: number | null) => void): () => void {
    const { tls, localAddress } = this.#options.target(server);
    const options = {
      timeoutMs: POLL_TIMEOUT_MS,
      ...(tls === undefined ? {} : { tls }),
      ...(localAddress === undefined ? {} : { localAddress }),
    };
    return this.#options.pollHealth(server, options, done);
  }

  #lookAtPrimary(seen: () => void): () => void {
    const [primary] = this.#urls;
    return this.#ask(primary, (healthy) => {
      const now = this.#options.clock.monotonic();
      if (primary === this.#urls[0]) this.#choice = primarySeen(this.#choice, healthy, now);
      seen();
    });
  }

  #comeBack(): void {
    const now = this.#options.clock.monotonic();
    if (shouldReturn(this.#choice, now)) {
      this.#choice = returnToPrimary(this.#choice, now);
      this.#options.returned();
    } else this.watchPrimary(true);
  }
}
