import type { DisconnectCause, Initiator, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { RetryPolicy, Schedule } from "#lib/reconnection/schedule.ts";

/** Version of the event shapes below; every stored event carries it. */
export const EVENT_VERSION = 1;

/** Key `(epoch, seq)`, seq contiguous from 1; `at` = max(wall, last + 1) per epoch; order is `(at, epoch, seq)`. */
export interface EventEnvelope {
  readonly v: typeof EVENT_VERSION;
  /** UUIDv7 of one run of one gateway. */
  readonly epoch: string;
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
}

/** What a Leash dog says about the outage it came back from (its own monotonic durations). */
export interface ReportedOutage {
  readonly id: string;
  readonly dials: number;
  readonly durationMs: number;
  readonly delaysMs: readonly number[];
  readonly probes: number;
  readonly lastError: string | null;
  readonly serversTried: number;
}

/** Who acted: an operator by name, or the system. */
export type Actor = string;

export type DogConnected = {
  readonly type: "dog.connected";
  readonly sn: string;
  /** `<epoch>.<n>`: orders this dog's events. */
  readonly session: string;
  readonly appId: string;
  readonly remoteAddress: string;
  readonly network: string | null;
  readonly firmware: string | null;
  readonly client: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly schedule: Schedule;
  readonly outage: ReportedOutage | null;
};
export type DogStable = { readonly type: "dog.stable"; readonly sn: string; readonly session: string };
export type DogSilent = {
  readonly type: "dog.silent";
  readonly sn: string;
  readonly session: string;
  readonly lastHeardAt: number;
};
export type DogHeard = { readonly type: "dog.heard"; readonly sn: string; readonly session: string };
export type DogDisconnected = {
  readonly type: "dog.disconnected";
  readonly sn: string;
  readonly session: string;
  readonly reason: ReasonCode;
  readonly raw: string | null;
  readonly closeCode: number | null;
  readonly initiator: Initiator;
  readonly lastHeardAt: number;
  readonly rttMs: number | null;
  readonly sessionMs: number;
};
export type DogAttemptFailed = {
  readonly type: "dog.attempt_failed";
  readonly sn: string;
  /** The dog's last session, where the gateway knows it. */
  readonly session: string | null;
  /** Refused at the handshake, at the login, or heard dialling without getting in (overload, drain). */
  readonly stage: "handshake" | "login";
  readonly reason: ReasonCode;
  readonly raw: string | null;
  /** Failures since the last such event (at most one event per 5 s and dog). */
  readonly count: number;
};
export type DogRetired = {
  readonly type: "dog.retired";
  readonly sn: string;
  readonly actor: Actor;
  readonly note: string | null;
};

export type ForceFailure = "auth_failed" | "revoked" | "owner_unreachable" | "dropped_again";
export type ForceRequested = {
  readonly type: "force.requested";
  readonly ticket: string;
  readonly sn: string;
  readonly batch: string | null;
  readonly actor: Actor;
  readonly note: string | null;
  /** Bound on reaching `authenticated`, counted from here (from leaving the queue for a batch member). */
  readonly deadlineMs: number;
  /** True while its turn in a paced batch has not come. */
  readonly queued: boolean;
};
export type ForceStep = {
  readonly type:
    | "force.started"
    | "force.closing"
    | "force.armed"
    | "force.dialed"
    | "force.authenticated"
    | "force.stable"
    | "force.cancelled";
  readonly ticket: string;
  readonly sn: string;
};
export type ForceFailed = {
  readonly type: "force.failed";
  readonly ticket: string;
  readonly sn: string;
  readonly code: ForceFailure;
  readonly detail: string | null;
};
export type ForceBatch = {
  readonly type: "force.batch";
  readonly batch: string;
  readonly total: number;
  readonly actor: Actor;
  readonly note: string | null;
};
export type ForceBatchStopped = { readonly type: "force.batch_stopped"; readonly batch: string; readonly actor: Actor };

export type RecordCleaned = {
  readonly type: "record.cleaned";
  /** Records whose last observation is at or before this instant become offline. */
  readonly through: number;
  readonly actor: Actor;
};
export type PolicyChanged = {
  readonly type: "policy.changed";
  readonly pushed: RetryPolicy;
  readonly assumed: RetryPolicy;
};
export type GatewayStarted = {
  readonly type: "gateway.started";
  readonly gateway: string;
  readonly previous: { readonly epoch: string; readonly aliveUntil: number; readonly clean: boolean } | null;
};
export type GatewayStopped = { readonly type: "gateway.stopped"; readonly gateway: string };
export type GatewayLost = {
  readonly type: "gateway.lost";
  readonly gateway: string;
  readonly lostEpoch: string;
  readonly aliveUntil: number;
};
/** Events between `from` and `to` were dropped; one `dog.connected` per live session follows as observed state. */
export type JournalGap = {
  readonly type: "journal.gap";
  readonly from: number;
  readonly to: number;
  readonly dropped: number;
};

export type FleetEventBody =
  | DogConnected
  | DogStable
  | DogSilent
  | DogHeard
  | DogDisconnected
  | DogAttemptFailed
  | DogRetired
  | ForceRequested
  | ForceStep
  | ForceFailed
  | ForceBatch
  | ForceBatchStopped
  | RecordCleaned
  | PolicyChanged
  | GatewayStarted
  | GatewayStopped
  | GatewayLost
  | JournalGap;

/** One line of the journal. */
export type FleetEvent = EventEnvelope & FleetEventBody;
/** The events of one dog: what its page lists. */
export type DogEvent = Extract<FleetEvent, { sn: string }>;

/** True for events that belong to one dog. */
export function isDogEvent(event: FleetEvent): event is DogEvent {
  return "sn" in event;
}

/** The transport's cause as the event's fields. */
export function causeFields(
  cause: DisconnectCause,
): Pick<DogDisconnected, "reason" | "raw" | "closeCode" | "initiator"> {
  return { reason: cause.reason, raw: cause.raw, closeCode: cause.closeCode, initiator: cause.initiator };
}
