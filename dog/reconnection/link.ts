import type { Dial, DialTarget, DogSocket, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { type LinkNotice, type LinkPolicy, type LinkState, RESTING } from "#lib/link/link-state.ts";
import type { OutageRecord } from "#lib/link/outage-record.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";

export interface LinkPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly dial: Dial;
  readonly pollHealth: PollHealth;
  /** Host -> addresses to try, the system's first; absent: the system resolves while dialing. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Fetches a new token; rejects where there is none. The signal tells that nobody waits any longer. */
  readonly refreshToken?: (signal: AbortSignal) => Promise<void>;
}

export interface LinkHooks {
  /** The socket is open: say who you are, then call `accepted` or `refused`. */
  opened(socket: DogSocket, outage: OutageRecord | null): void;
  message(text: string): void;
  notice(notice: LinkNotice): void;
}

export interface LinkOptions {
  /** The primary first. */
  readonly servers: readonly [string, ...string[]];
  readonly policy: LinkPolicy;
  /** No byte for so long: the socket ends as network_timeout (45_000). */
  readonly watchdogMs: number;
  /** What to dial for a server, asked anew for every dial. */
  readonly target: (server: string) => Omit<DialTarget, "address" | "handshakeTimeoutMs">;
}

/** The shell around the machine of lib/link: performs its effects, one timer, one socket at a time. */
export class Link {
  constructor(_options: LinkOptions, _ports: LinkPorts, _hooks: LinkHooks) {}
  start(): void {}
  /** Leaves no timer and no socket; an open one gets a close frame 1000. */
  stop(): void {}
  /** The login was accepted; `pushed` is the policy in its answer. */
  accepted(_pushed?: RetryPolicy): void {}
  refused(_code: number, _retryAfterMs: number | null): void {}
  networkChanged(): void {}
  dialNow(): void {}
  reset(): void {}
  setPolicy(_policy: LinkPolicy): void {}
  /** Takes effect with the next dial. */
  setServers(_urls: readonly [string, ...string[]]): void {}
  get policy(): LinkPolicy {
    throw new Error("not yet");
  }
  get state(): LinkState {
    return RESTING;
  }
  /** The one in use, or to be dialed next. */
  get server(): string {
    return "";
  }
  get socket(): DogSocket | null {
    return null;
  }
}
