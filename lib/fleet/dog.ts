import type { Anchor } from "#lib/reconnection/project-retries.ts";
import type { Initiator, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import type { ForceFailure, ReportedOutage } from "./event.ts";

export const DOG_STATES = [
  "connected",
  "silent",
  "settling",
  "reconnecting",
  "refused",
  "probing",
  "gave_up",
  "offline",
  "retired",
] as const;
/** Every dog is in exactly one (DESIGN section 3). `unknown` is a stretch of time, never a live state. */
export type DogState = (typeof DOG_STATES)[number];

/** States that are in `active`. */
export const ACTIVE_STATES = [
  "settling",
  "reconnecting",
  "refused",
  "probing",
  "gave_up",
] as const satisfies readonly DogState[];

/** A logged-in socket that is the dog's current one. */
export interface Session {
  readonly id: string;
  readonly epoch: string;
  readonly since: number;
  /** Last frame before it went silent; null while it is heard. */
  readonly silentSince: number | null;
  /** `dog.stable` was seen, or the login ended no outage. */
  readonly stable: boolean;
}

/** From the end of a session to the login that became stable. Kept while settling; its reason stays on the row. */
export interface Outage {
  /** `<sn>/<startedAt>`, unique per dog. */
  readonly id: string;
  /** Downtime start (outage table of DESIGN section 4). */
  readonly startedAt: number;
  /** The schedule's anchor: when the drop was detected. */
  readonly detectedAt: number;
  /** Why the outage began: what statistics count. */
  readonly cause: ReasonCode;
  /** Why the last session ended. The same as `cause` unless the dog dropped again while settling. */
  readonly reason: ReasonCode;
  readonly raw: string | null;
  readonly closeCode: number | null;
  readonly initiator: Initiator;
  readonly schedule: Schedule;
  /** Observed by the gateway: the rules of lib/reconnection/outage.ts run on this. */
  readonly failures: number;
  readonly lastAttemptAt: number | null;
  /** Attempt index the schedule was re-anchored to by the last observed failure, and when. */
  readonly anchor: Anchor;
  /** The last login or handshake was refused. */
  readonly refused: boolean;
  /** Attempt at which the dog began to re-authenticate. */
  readonly reauthFrom: number;
  /** It ran in the auth lane at some time: outside the network success rate. */
  readonly auth: boolean;
  /** The last observed failure. */
  readonly lastError: { readonly reason: ReasonCode; readonly raw: string | null } | null;
  /** Login now settling; null while out. */
  readonly loginAt: number | null;
  /** Forced closes count as an outage only from 60 s on (then from the close). */
  readonly forced: boolean;
  readonly reported: ReportedOutage | null;
  /** Dials the outage took, once a login ended it: projected lapses + 1, or what the dog reports. */
  readonly dials: number | null;
  /** Dials of this outage before the drop now being counted. */
  readonly priorDials: number;
  /** What the dog said of itself, and its gateway, when the outage began: what statistics group it by. */
  readonly gateway: string | null;
  readonly network: string | null;
  readonly appId: string;
  readonly firmware: string | null;
  readonly site: string | null;
}

export type TicketStatus =
  | "requested"
  | "queued"
  | "closing"
  | "armed"
  | "dialed"
  | "authenticated"
  | "stable"
  | "failed"
  | "expired"
  | "cancelled";

/** One force-reconnect and its outcome, folded from `force.*` events. `expired` is derived from `deadlineAt`. */
export interface Ticket {
  readonly id: string;
  readonly sn: string;
  readonly batch: string | null;
  readonly actor: string;
  readonly note: string | null;
  /** As journaled; `ticketStatus(ticket, now)` adds `expired`. */
  readonly stage: Exclude<TicketStatus, "expired">;
  readonly requestedAt: number;
  readonly deadlineMs: number;
  /** Runs from the request, or from leaving the batch's queue; null while queued. */
  readonly deadlineAt: number | null;
  readonly closingAt: number | null;
  readonly armedAt: number | null;
  readonly dialedAt: number | null;
  readonly authenticatedAt: number | null;
  readonly endedAt: number | null;
  readonly failure: ForceFailure | null;
  /** Why it failed, or the last error seen while it was open. */
  readonly lastError: string | null;
}

/** One dog as the fold knows it. Everything that depends on the time is derived: see view.ts. */
export interface Dog {
  readonly sn: string;
  readonly appId: string;
  readonly network: string | null;
  readonly firmware: string | null;
  readonly client: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly remoteAddress: string | null;
  readonly schedule: Schedule;
  /** Name of the gateway that holds or held the last session. */
  readonly gateway: string | null;
  readonly session: Session | null;
  /** Newest session id seen: events of older sessions are ignored. */
  readonly lastSession: string | null;
  /** Id of the last outage the dog itself reported: one told again is the same. */
  readonly reportedId: string | null;
  /** What stood before a journal gap; an observed login with this session brings it back. */
  readonly doubt: { readonly session: Session; readonly outage: Outage | null } | null;
  readonly outage: Outage | null;
  readonly offline: boolean;
  readonly retired: boolean;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly lastEventAt: number;
  /** When it went offline, was retired, dropped or signed in. */
  readonly changedAt: number;
  /** Key of the last applied event: a doubled one changes nothing. */
  readonly appliedEpoch: string;
  readonly appliedSeq: number;
  /** Reason of the last end of a session; offline dogs keep showing it. */
  readonly lastReason: ReasonCode | null;
  readonly lastRaw: string | null;
  readonly lastRttMs: number | null;
  /** Ends of sessions shorter than 60 s that were not ours, newest last, at most 10 min old at the last event. */
  readonly flaps: readonly number[];
  /** Newest ticket, open or ended. */
  readonly ticket: Ticket | null;
}

/** Counts of states; disjoint, add up to the dogs that are not retired. */
export type StateCounts = Record<Exclude<DogState, "retired">, number>;

export const NO_DOGS: StateCounts = {
  connected: 0,
  silent: 0,
  settling: 0,
  reconnecting: 0,
  refused: 0,
  probing: 0,
  gave_up: 0,
  offline: 0,
};
