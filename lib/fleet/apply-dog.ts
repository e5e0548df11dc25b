import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { leashSchedule, withinPushedLimits } from "#lib/reconnection/schedule.ts";
import { dropOutage, failOutage, loginOutage } from "./apply-outage.ts";
import type { Dog, Session } from "./dog.ts";
import type { DogConnected, EventEnvelope, FleetEvent } from "./event.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { endRule, type SessionEnd } from "./session-end.ts";
import { applyTicket, noteTicketError } from "./ticket.ts";

export interface ApplyContext {
  /** Name of the gateway that wrote the event, where known. */
  readonly gateway: string | null;
  readonly options: FleetOptions;
}

type Of<T extends FleetEvent["type"]> = Extract<FleetEvent, { type: T }>;

/** A dog in a redial loop would otherwise carry thousands. */
const FLAPS_KEPT = 100;

/**
 * Folds one event into one dog: its own events, and those of the fleet that touch it (a lost gateway, a cleanup, a gap).
 * No clock, no I/O. The same dog comes back where nothing changes: doubled events, events of a session that is not current.
 */
export function applyDog(dog: Dog | undefined, event: FleetEvent, context: ApplyContext): Dog | undefined {
  if (dog !== undefined && event.epoch === dog.appliedEpoch && event.seq <= dog.appliedSeq) return dog;
  const next = fold(dog, event, context);
  if (next === undefined || next === dog) return dog;
  return { ...next, lastEventAt: event.at, appliedEpoch: event.epoch, appliedSeq: event.seq };
}

/** When an outage was last observed: the drop, or the last failed dial seen. What the cleanup goes by. */
export function lastObservedAt(dog: Dog): number | null {
  return dog.outage === null ? null : (dog.outage.lastAttemptAt ?? dog.outage.detectedAt);
}

/** True where `record.cleaned {through}` would make this dog offline. */
export function isCleaned(dog: Dog, through: number): boolean {
  const observedAt = lastObservedAt(dog);
  return dog.session === null && !dog.retired && observedAt !== null && observedAt <= through;
}

/** Connected, on the schedule that is pushed to it: a changed policy reaches it. An outage keeps the one it began with. */
export function isPushed(dog: Dog): boolean {
  return dog.session !== null && dog.schedule.source === "pushed";
}

function fold(dog: Dog | undefined, event: FleetEvent, context: ApplyContext): Dog | undefined {
  if (event.type === "dog.connected") return connected(dog, event, context);
  if (dog === undefined) return undefined;
  switch (event.type) {
    case "dog.stable":
    case "dog.silent":
    case "dog.heard":
      return sessionEvent(revive(dog, event.session), event);
    case "dog.disconnected": {
      const revived = revive(dog, event.session);
      return revived.session?.id === event.session ? endSession(revived, revived.session, event, context.options) : dog;
    }
    case "dog.attempt_failed":
      return attemptFailed(dog, event, context);
    case "dog.retired":
      if (dog.retired) return dog;
      return { ...dog, session: null, doubt: null, outage: null, offline: false, retired: true, changedAt: event.at };
    case "gateway.started":
      return event.previous === null ? dog : gatewayLost(dog, event.previous.epoch, event.previous.aliveUntil, context);
    case "gateway.lost":
      return gatewayLost(dog, event.lostEpoch, event.aliveUntil, context);
    case "gateway.stopped":
      return gatewayLost(dog, event.epoch, event.at, context);
    case "record.cleaned":
      return isCleaned(dog, event.through)
        ? { ...dog, outage: null, doubt: null, offline: true, changedAt: event.at }
        : dog;
    case "journal.gap":
      return doubted(dog, event);
    case "policy.changed":
      return isPushed(dog) ? { ...dog, schedule: leashSchedule(withinPushedLimits(event.pushed), "pushed") } : dog;
    case "force.batch":
    case "force.batch_stopped":
      return dog;
    default: {
      const ticket = applyTicket(dog.ticket ?? undefined, event) ?? null;
      return ticket === dog.ticket ? dog : { ...dog, ticket };
    }
  }
}

function connected(dog: Dog | undefined, event: Of<"dog.connected">, context: ApplyContext): Dog {
  if (dog === undefined) return login(newDog(event), event, context);
  if (dog.session?.id === event.session) return dog;
  if (dog.doubt?.session.id === event.session) return revive(dog, event.session);
  if (isOlderSession(event.session, dog.lastSession)) return dog;
  return login(replaced(dog, event, context.options), event, context);
}

/** A login while the old session lives: nothing lost where that was heard, a network time-out where it was silent. */
function replaced(dog: Dog, event: Of<"dog.connected">, options: FleetOptions): Dog {
  const { session } = dog;
  if (session === null || session.silentSince === null) return dog;
  const sessionMs = event.at - session.since;
  const end = { at: event.at, lastHeardAt: session.silentSince, sessionMs, raw: null, closeCode: null };
  return endSession(dog, session, { ...end, reason: "session_replaced", initiator: "dog" }, options);
}

function login(dog: Dog, event: Of<"dog.connected">, context: ApplyContext): Dog {
  const { at } = event;
  const outage = dog.outage === null ? null : loginOutage(dog.outage, event, at, context.options.forcedGraceMs);
  return {
    ...dog,
    ...identity(event),
    gateway: context.gateway,
    session: { id: event.session, epoch: event.epoch, since: at, silentSince: null, stable: outage === null },
    lastSession: event.session,
    reportedId: event.outage?.id ?? dog.reportedId,
    doubt: null,
    outage,
    offline: false,
    retired: false,
    lastSeenAt: at,
    changedAt: at,
  };
}

function sessionEvent(dog: Dog, event: Of<"dog.stable" | "dog.silent" | "dog.heard">): Dog {
  const { session } = dog;
  if (session?.id !== event.session) return dog;
  switch (event.type) {
    case "dog.stable":
      if (dog.outage === null) return dog;
      return {
        ...dog,
        session: { ...session, stable: true },
        outage: null,
        lastSeenAt: Math.max(dog.lastSeenAt, event.at),
      };
    case "dog.silent": {
      const lastSeenAt = Math.max(dog.lastSeenAt, event.lastHeardAt);
      return { ...dog, session: { ...session, silentSince: event.lastHeardAt }, lastSeenAt };
    }
    case "dog.heard":
      return { ...dog, session: { ...session, silentSince: null }, lastSeenAt: event.at };
  }
}

function endSession(
  dog: Dog,
  session: Session,
  end: SessionEnd & { readonly rttMs?: number | null },
  options: FleetOptions,
): Dog {
  const rule = endRule(end, session.silentSince !== null, options.stableAfterMs);
  const downtimeFrom = Math.max(rule.downtimeFrom, session.since);
  const recent = dog.flaps.filter((at) => end.at - at < options.flapWindowMs);
  const expected = rule.reason === "forced_reconnect" || rule.reason === "session_replaced";
  return {
    ...dog,
    session: null,
    doubt: null,
    outage: rule.kind === "offline" ? null : dropOutage(dog, end, { ...rule, downtimeFrom }),
    offline: rule.kind === "offline",
    changedAt: end.at,
    lastSeenAt: Math.max(dog.lastSeenAt, Math.min(end.lastHeardAt, end.at)),
    lastReason: rule.reason,
    lastRaw: end.raw,
    lastRttMs: end.rttMs ?? dog.lastRttMs,
    flaps: rule.flap
      ? [...recent.slice(1 - FLAPS_KEPT), end.at]
      : recent.length === dog.flaps.length
        ? dog.flaps
        : recent,
    ticket: expected ? dog.ticket : noteTicketError(dog.ticket, end.raw ?? rule.reason, end.at),
  };
}

/** A dial of a dog with a live session is another device's: it changes nothing. A refused dog that was offline is back in an outage. */
function attemptFailed(dog: Dog, event: Of<"dog.attempt_failed">, context: ApplyContext): Dog {
  if (dog.retired || dog.session !== null) return dog;
  const ticket = noteTicketError(dog.ticket, event.raw ?? event.reason, event.at);
  if (dog.outage !== null) return { ...dog, ticket, outage: failOutage(dog.outage, event, event.at) };
  if (REASONS[event.reason].category !== "auth") return ticket === dog.ticket ? dog : { ...dog, ticket };
  const { at, reason, raw } = event;
  const end: SessionEnd = { at, lastHeardAt: at, reason, raw, closeCode: null, initiator: "gateway", sessionMs: 0 };
  const outage = failOutage(dropOutage(dog, end, endRule(end, false, context.options.stableAfterMs)), event, at);
  return { ...dog, ticket, outage, offline: false, changedAt: at, lastReason: reason, lastRaw: raw };
}

function gatewayLost(dog: Dog, epoch: string, aliveUntil: number, { options }: ApplyContext): Dog {
  const { session } = dog.doubt ?? dog;
  if (session === null || session.epoch !== epoch) return dog;
  const at = Math.max(aliveUntil, session.since);
  const end = { at, lastHeardAt: session.silentSince ?? at, sessionMs: at - session.since, raw: null, closeCode: null };
  return endSession(
    revive(dog, session.id),
    session,
    { ...end, reason: "gateway_lost", initiator: "gateway" },
    options,
  );
}

/** Events were lost: a session of that journal stands only if it is observed again. */
function doubted(dog: Dog, event: Of<"journal.gap">): Dog {
  const { session } = dog;
  if (session === null || session.epoch !== event.epoch) return dog;
  const { at } = event;
  const end = { at, lastHeardAt: at, raw: "events were lost", closeCode: null, sessionMs: at - session.since };
  const rule = { kind: "grace", flap: false, downtimeFrom: at, reason: "unknown" } as const;
  const outage = dropOutage(dog, { ...end, reason: "unknown", initiator: "unknown" }, rule);
  return { ...dog, session: null, outage, doubt: { session, outage: dog.outage }, changedAt: at };
}

/** What stood before the gap, if it is this session that is heard of again. */
function revive(dog: Dog, session: string): Dog {
  if (dog.doubt?.session.id !== session) return dog;
  return { ...dog, ...dog.doubt, doubt: null, offline: false, changedAt: dog.doubt.session.since };
}

/** Sessions of one epoch are numbered; across epochs the order of events decides. */
function isOlderSession(session: string, last: string | null): boolean {
  if (last === null || session === last) return session === last;
  const [epoch, number] = splitSession(session);
  const [lastEpoch, lastNumber] = splitSession(last);
  return epoch === lastEpoch && number < lastNumber;
}

function splitSession(session: string): readonly [string, number] {
  const dot = session.lastIndexOf(".");
  return [session.slice(0, dot), Number(session.slice(dot + 1))];
}

function identity(event: DogConnected) {
  const { appId, network, firmware, client, labels, remoteAddress, schedule } = event;
  return { appId, network, firmware, client, labels, remoteAddress, schedule };
}

const NO_FLAPS: readonly number[] = [];

function newDog(event: DogConnected & EventEnvelope): Dog {
  return {
    sn: event.sn,
    ...identity(event),
    gateway: null,
    session: null,
    lastSession: null,
    reportedId: null,
    doubt: null,
    outage: null,
    offline: false,
    retired: false,
    firstSeenAt: event.at,
    lastSeenAt: event.at,
    lastEventAt: event.at,
    changedAt: event.at,
    appliedEpoch: "",
    appliedSeq: 0,
    lastReason: null,
    lastRaw: null,
    lastRttMs: null,
    flaps: NO_FLAPS,
    ticket: null,
  };
}
