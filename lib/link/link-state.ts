import type { ReasonCode, Strategy } from "#lib/reconnection/reason-code.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import type { OutageRecord } from "./outage-record.ts";

/**
 * Where one dog's line to its gateway stands. `waiting` is for `next`; every status but `resting` and a stable `up` has a
 * pending `dueAt`, so that nothing can be waited for without end.
 */
export type LinkStatus = "resting" | "waiting" | "polling" | "refreshing" | "dialing" | "signing_in" | "up";

/** What a wait is for: a dial, a look at `/healthz`, or a new token. */
export type NextStep = "dial" | "poll" | "refresh";

export type LinkStrategy = Strategy | "slow_probe";

export interface LinkState {
  readonly status: LinkStatus;
  readonly next: NextStep;
  /** Raised whenever something new is begun; an answer that carries an older one is too late and changes nothing. */
  readonly turn: number;
  /** Position in the backoff, as the console shows it; zero again once a session was stable. */
  readonly attempt: number;
  readonly strategy: LinkStrategy;
  /** Instant on the monotonic clock, ms. */
  readonly dueAt: number | null;
  /** Open from the end of a session until a login is acknowledged: still there while up where the gateway could not store it. */
  readonly outage: OutageRecord | null;
  /** Set while logged in, ms on the monotonic clock. */
  readonly upSince: number | null;
  readonly isStable: boolean;
  /** From the end of a session to one that became stable, as the gateway reckons an outage: early ends are steps of its backoff. */
  readonly isRecovering: boolean;
  /** Refusals answered with a new token since the last stable session. */
  readonly reauthTries: number;
  readonly lastError: string | null;
  readonly lastReason: ReasonCode | null;
}

/** What the gateway or a caller may change while the machine runs. */
export interface LinkPolicy {
  readonly schedule: Schedule;
  /** There is a callback that fetches a new token. */
  readonly canRefresh: boolean;
  /** Rest after the last dial, as the seed's ReconnectionClient does; a DogClient probes on for ever. */
  readonly giveUp: boolean;
  /** Time logged in after which the backoff starts anew, ms. */
  readonly stableMs: number;
}

/** Why a dial or a session ended. */
export interface LinkEnd {
  readonly closeCode: number | null;
  readonly closeReason: string;
  /** HTTP status of a refused handshake. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly error: Error | null;
}

export type LinkEvent =
  /** `network_changed` leaves the socket for a new dial, `move` does so with a goodbye, `dial_now` only ends a wait. */
  | { readonly type: "start" | "stop" | "reset" | "network_changed" | "move" | "dial_now" }
  | { readonly type: "due"; readonly turn: number }
  | { readonly type: "opened"; readonly turn: number }
  /** `stored: false`: the gateway lets the dog in and acknowledges nothing (docs/PROTOCOL.md G112). */
  | { readonly type: "accepted"; readonly turn: number; readonly stored?: boolean }
  /** What that login reported has been acknowledged since. */
  | { readonly type: "stored"; readonly turn: number }
  | { readonly type: "refused"; readonly turn: number; readonly code: number; readonly retryAfterMs: number | null }
  | { readonly type: "ended"; readonly turn: number; readonly end: LinkEnd }
  | { readonly type: "polled"; readonly turn: number; readonly healthy: boolean; readonly retryAfterMs: number | null }
  | { readonly type: "refreshed"; readonly turn: number; readonly ok: boolean };

/** What the shell must do. It performs them in order. */
export type LinkEffect =
  | { readonly type: "dial" | "poll" | "refresh_token"; readonly turn: number }
  | { readonly type: "login"; readonly turn: number; readonly outage: OutageRecord | null }
  /** Ends whatever socket or dial there is: with a close frame, or at once where `code` is null. */
  | { readonly type: "hang_up"; readonly code: number | null }
  /** One timer: a new one replaces the old. It comes back as `due`. */
  | { readonly type: "schedule"; readonly turn: number; readonly delayMs: number }
  | { readonly type: "cancel" }
  | { readonly type: "tell"; readonly notice: LinkNotice };

export type LinkNotice =
  | { readonly type: "connecting" | "connected" | "stable" | "stopped" }
  | { readonly type: "disconnected"; readonly reason: ReasonCode; readonly error: string | null }
  | {
      readonly type: "dial_failed";
      readonly reason: ReasonCode;
      readonly error: string | null;
      readonly attempt: number;
    }
  | { readonly type: "refused"; readonly code: number }
  /** `lastAttempt`: after it comes the slow probe, or the end. */
  | {
      readonly type: "retrying";
      readonly delayMs: number;
      readonly attempt: number;
      readonly lastAttempt: number;
      readonly next: NextStep;
    }
  | { readonly type: "probing"; readonly delayMs: number }
  | { readonly type: "gave_up"; readonly dials: number; readonly error: string | null };

export interface LinkContext {
  /** Monotonic, ms. */
  readonly now: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly policy: LinkPolicy;
}

export type LinkStep = readonly [LinkState, readonly LinkEffect[]];

/** A dog that has not been started. */
export const RESTING: LinkState = {
  status: "resting",
  next: "dial",
  turn: 0,
  attempt: 0,
  strategy: "none",
  dueAt: null,
  outage: null,
  upSince: null,
  isStable: false,
  isRecovering: false,
  reauthTries: 0,
  lastError: null,
  lastReason: null,
};
