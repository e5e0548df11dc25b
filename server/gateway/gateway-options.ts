import type { Clock } from "#lib/clock/clock.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";
import type { DogCredentials } from "#server/auth/dog-credentials.ts";
import type { Journal } from "#server/journal/journal.ts";

/** Times in ms, as DESIGN sections 9 and 11 name them. */
export interface GatewayConfig {
  readonly pingEveryMs: number;
  readonly silentAfterMs: number;
  readonly readTimeoutMs: number;
  readonly loginTimeoutMs: number;
  readonly stableAfterMs: number;
  readonly drainWindowMs: number;
  /** What is left of a drain is terminated this long after its window. */
  readonly drainGraceMs: number;
  readonly maxDogs: number;
  /** Dogs' sockets of any kind: what the limit of open files leaves room for. */
  readonly maxSockets: number;
  /** Sockets that are open but no session: not logged in yet, or parked. */
  readonly maxIdleSockets: number;
  readonly handshakesPerSecond: number;
  readonly handshakeBurst: number;
  /** How long a handshake above the rate waits for its turn rather than be refused. */
  readonly handshakeWaitMs: number;
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** Frames of any kind between two ticks (25 s of the rate above: what a gateway that stood still finds); more is a flood. */
  readonly maxFramesPerTick: number;
  readonly maxBufferedBytes: number;
  readonly maxBlockedMs: number;
  /** Longest gap between two looks at a socket. */
  readonly tickMs: number;
}

export const GATEWAY_CONFIG: GatewayConfig = {
  pingEveryMs: 30_000,
  silentAfterMs: 45_000,
  readTimeoutMs: 75_000,
  loginTimeoutMs: 10_000,
  stableAfterMs: 60_000,
  drainWindowMs: 20_000,
  drainGraceMs: 5_000,
  maxDogs: 100_000,
  maxSockets: Number.POSITIVE_INFINITY,
  maxIdleSockets: 10_000,
  handshakesPerSecond: 1_000,
  handshakeBurst: 1_000,
  handshakeWaitMs: 5_000,
  messagesPerSecond: 20,
  messageBurst: 60,
  maxFramesPerTick: 500,
  maxBufferedBytes: 1024 * 1024,
  maxBlockedMs: 10_000,
  tickMs: 1_000,
};

/** What the read model knows of dogs. `endsOutage` and `hasReported` are asked before the login is journaled. */
export interface KnownDogs {
  isKnown(sn: string): boolean;
  endsOutage(sn: string): boolean;
  /** An earlier login told of the outage with this id: its answer did not reach the dog. */
  hasReported(sn: string, outageId: string): boolean;
}

/** `pushed` goes to dogs that understand it, `assumed` is what the others are taken to do. */
export interface Policies {
  readonly pushed: RetryPolicy;
  readonly assumed: RetryPolicy;
}

/** The three levels the gateway speaks on; pino fits. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counters, with one label where it says so. */
export type GatewayCount =
  | "handshake_refused" // label: HTTP status
  | "handshake_waited"
  | "socket_opened"
  | "login_accepted"
  | "login_refused" // label: answer code
  | "login_held"
  | "login_unacknowledged"
  | "session_ended" // label: reason
  | "closed" // label: close code
  | "message"
  | "message_refused" // label: limit that was met
  | "late_tick";

export interface GatewayMetrics {
  count(name: GatewayCount, label?: string): void;
  /** Round trip of a ping, ms. */
  observeRtt?(ms: number): void;
}

export interface GatewayOptions {
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly journal: Pick<Journal, "epoch" | "append" | "committed" | "health">;
  readonly credentials: DogCredentials;
  readonly dogs: KnownDogs;
  readonly policies: () => Policies;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  readonly config?: Partial<GatewayConfig>;
  /** A per-dog token named this dog at the handshake, let in or not. */
  readonly onDialed?: (sn: string) => void;
}
