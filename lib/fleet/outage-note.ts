import type { Category, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Dog, DogState, Outage } from "./dog.ts";
import type { FleetEvent } from "./event.ts";
import { type Entry, outageCategory } from "./fleet-index.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { siteOf, type Traits } from "./traits.ts";
import { outageCounts, projectionOf } from "./view.ts";
import type { UnknownSpan } from "./watch.ts";

/**
 * `gave_up` is decided when the latest give-up passes; such a dog that comes back all the same is told once more, as
 * `returned`. `recovered`, `offline`, `cleaned`, `retired` end an outage that was still open.
 */
export type OutageOutcome = "recovered" | "gave_up" | "returned" | "offline" | "cleaned" | "retired";

export interface OutageBegun extends Traits {
  readonly sn: string;
  readonly id: string;
  /** Downtime start, and when it was detected. */
  readonly startedAt: number;
  readonly detectedAt: number;
  /** Why it began. */
  readonly reason: ReasonCode;
  /** `auth` once it ran in the auth lane. */
  readonly category: Category;
}

export interface OutageEnded extends OutageBegun {
  readonly outcome: OutageOutcome;
  /** Its category as it was told last: when it began, or when it changed lanes. */
  readonly begunAs: Category;
  /** The login that became stable, the latest give-up, or the event that ended it. */
  readonly endedAt: number;
  readonly dials: number | null;
  /** `dials` is projected, not reported by the dog. */
  readonly estimated: boolean;
  /** Waits before its dials, as the dog reported them. */
  readonly delaysMs: readonly number[];
}

export interface Flap extends Traits {
  readonly sn: string;
  readonly at: number;
  /** Why the session ended. */
  readonly reason: ReasonCode | null;
}

/** What a dog is filed under, as far as history needs it. */
export interface Filed {
  readonly state: DogState;
  readonly flapping: boolean;
  readonly traits: Traits;
}

/** A dog's filing changed at an instant. Null: not known before, or retired. */
export interface FiledChange {
  readonly sn: string;
  readonly at: number;
  readonly from: Filed | null;
  readonly to: Filed | null;
}

/** Told as the fold goes, so that statistics need no second one. Times are those of the facts, not of the telling. */
export interface FleetListener {
  onOutageBegun?(outage: OutageBegun): void;
  /** An outage told as begun entered the auth lane before it was decided. */
  onOutageMoved?(outage: OutageBegun): void;
  /** The dog of an outage told as begun is in since `loginAt`, and may become stable; null: it is not in any more. */
  onOutageLogin?(sn: string, loginAt: number | null): void;
  /** An outage ended or was decided. */
  onOutage?(outage: OutageEnded): void;
  onFlap?(flap: Flap): void;
  /** With the instant of the change: the event's, or when time brought it about. Instants may lie before those told already. */
  onFiled?(change: FiledChange): void;
  /** What nobody watched is known better: all of it, and since when there is anything to know. */
  onUnknown?(spans: readonly UnknownSpan[], watchedFrom: number): void;
}

/** Tells what time alone has done to a dog by `now`: a forced close left unanswered, a give-up decided. */
export function tellDerived(
  entry: Entry,
  now: number,
  options: FleetOptions,
  listener: FleetListener,
  projection = projectionOf(entry.dog, now),
): void {
  const { dog } = entry;
  const { outage } = dog;
  if (outage === null || dog.retired) return;
  if (entry.begun?.id !== outage.id && outageCounts(dog, now, options)) {
    entry.begun = begun(dog, outage);
    listener.onOutageBegun?.(entry.begun);
    if (outage.loginAt !== null) listener.onOutageLogin?.(dog.sn, outage.loginAt);
  }
  if (entry.begun === null || entry.gaveUpId === outage.id) return;
  if (outage.auth && entry.begun.category !== "auth") {
    entry.begun = { ...entry.begun, category: "auth" };
    listener.onOutageMoved?.(entry.begun);
  }
  if (projection === null) return;
  const { phase, givesUpAt, attempt } = projection;
  if (phase !== "gave_up" || givesUpAt === null) return;
  entry.gaveUpId = outage.id;
  const dials = outage.priorDials + attempt + 1;
  const { category: begunAs, detectedAt } = entry.begun;
  tellEnd(dog, outage, { outcome: "gave_up", begunAs, detectedAt, endedAt: givesUpAt[1], dials }, listener);
}

/** Tells what an event has done: an outage that is gone, a flap. */
export function tellWitnessed(entry: Entry, before: Dog, event: FleetEvent, listener: FleetListener): void {
  const { dog } = entry;
  const flappedAt = dog.flaps.at(-1);
  if (flappedAt !== undefined && flappedAt !== before.flaps.at(-1)) {
    const { sn, network, gateway, appId: app, firmware, lastReason: reason } = dog;
    listener.onFlap?.({ sn, at: flappedAt, reason, network, gateway, app, firmware, site: siteOf(dog) });
  }
  const { outage } = before;
  if (outage === null || entry.begun?.id !== outage.id) return;
  if (outage.id === dog.outage?.id) {
    if (outage.loginAt !== dog.outage.loginAt) listener.onOutageLogin?.(dog.sn, dog.outage.loginAt);
    return;
  }
  const outcome = outcomeOf(event);
  const { category: begunAs, detectedAt } = entry.begun;
  const end = { begunAs, detectedAt, endedAt: endOf(outage, event), dials: outage.dials };
  if (entry.gaveUpId !== outage.id) tellEnd(dog, outage, { ...end, outcome }, listener);
  else if (outcome === "recovered") tellEnd(dog, outage, { ...end, outcome: "returned" }, listener);
  entry.begun = null;
}

function begun(dog: Dog, outage: Outage): OutageBegun {
  const { id, startedAt, detectedAt, cause: reason, network, gateway, appId: app, firmware, site } = outage;
  const category = outageCategory(reason, outage.auth);
  return { sn: dog.sn, id, startedAt, detectedAt, reason, category, network, gateway, app, firmware, site };
}

function tellEnd(
  dog: Dog,
  outage: Outage,
  // Detected as it was told to begin: a dog that drops again while settling does not begin anew.
  end: Pick<OutageEnded, "outcome" | "begunAs" | "detectedAt" | "endedAt" | "dials">,
  to: FleetListener,
): void {
  const { reported } = outage;
  const delaysMs = reported?.delaysMs ?? NO_DELAYS;
  to.onOutage?.({ ...begun(dog, outage), category: end.begunAs, ...end, estimated: reported === null, delaysMs });
}

const NO_DELAYS: readonly number[] = [];

function outcomeOf(event: FleetEvent): OutageOutcome {
  if (event.type === "record.cleaned") return "cleaned";
  if (event.type === "dog.retired") return "retired";
  return event.type === "dog.disconnected" ? "offline" : "recovered";
}

function endOf(outage: Outage, event: FleetEvent): number {
  return event.type === "dog.stable" ? (outage.loginAt ?? event.at) : event.at;
}
