import type { Category, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Dog, Outage } from "./dog.ts";
import type { FleetEvent } from "./event.ts";
import { type Entry, outageCategory, SITE_LABEL } from "./fleet-index.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { outageCounts, projectionOf } from "./view.ts";

/**
 * `gave_up` is decided when the latest give-up passes; such a dog that comes back all the same is told once more, as
 * `returned`. `recovered`, `offline`, `cleaned`, `retired` end an outage that was still open.
 */
export type OutageOutcome = "recovered" | "gave_up" | "returned" | "offline" | "cleaned" | "retired";

export interface OutageBegun {
  readonly sn: string;
  readonly id: string;
  /** Downtime start, and when it was detected. */
  readonly startedAt: number;
  readonly detectedAt: number;
  /** Why it began. */
  readonly reason: ReasonCode;
  /** `auth` once it ran in the auth lane. */
  readonly category: Category;
  readonly site: string | null;
  readonly gateway: string | null;
}

export interface OutageEnded extends OutageBegun {
  readonly outcome: OutageOutcome;
  /** Its category as it was told when it began. */
  readonly begunAs: Category;
  /** The login that became stable, the latest give-up, or the event that ended it. */
  readonly endedAt: number;
  readonly dials: number | null;
  /** `dials` is projected, not reported by the dog. */
  readonly estimated: boolean;
}

export interface Flap {
  readonly sn: string;
  readonly at: number;
  readonly site: string | null;
  readonly gateway: string | null;
}

/** Told as the fold goes, so that statistics need no second one. Times are those of the facts, not of the telling. */
export interface FleetListener {
  onOutageBegun?(outage: OutageBegun): void;
  /** An outage ended or was decided. */
  onOutage?(outage: OutageEnded): void;
  onFlap?(flap: Flap): void;
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
  }
  if (entry.begun === null) return;
  if (projection === null || entry.gaveUpId === outage.id) return;
  const { phase, givesUpAt, attempt } = projection;
  if (phase !== "gave_up" || givesUpAt === null) return;
  entry.gaveUpId = outage.id;
  const dials = outage.priorDials + attempt + 1;
  tellEnd(dog, outage, { outcome: "gave_up", begunAs: entry.begun.category, endedAt: givesUpAt[1], dials }, listener);
}

/** Tells what an event has done: an outage that is gone, a flap. */
export function tellWitnessed(entry: Entry, before: Dog, event: FleetEvent, listener: FleetListener): void {
  const { dog } = entry;
  const flappedAt = dog.flaps.at(-1);
  if (flappedAt !== undefined && flappedAt !== before.flaps.at(-1)) {
    listener.onFlap?.({ sn: dog.sn, at: flappedAt, site: siteOf(dog), gateway: dog.gateway });
  }
  const { outage } = before;
  if (outage === null || outage.id === dog.outage?.id || entry.begun?.id !== outage.id) return;
  const outcome = outcomeOf(event);
  const end = { begunAs: entry.begun.category, endedAt: endOf(outage, event), dials: outage.dials };
  if (entry.gaveUpId !== outage.id) tellEnd(dog, outage, { ...end, outcome }, listener);
  else if (outcome === "recovered") tellEnd(dog, outage, { ...end, outcome: "returned" }, listener);
  entry.begun = null;
}

export function siteOf(dog: Dog): string | null {
  return dog.labels[SITE_LABEL] ?? null;
}

function begun(dog: Dog, outage: Outage): OutageBegun {
  const { id, startedAt, detectedAt, cause, auth, gateway } = outage;
  const category = outageCategory(cause, auth);
  return { sn: dog.sn, id, startedAt, detectedAt, reason: cause, category, site: siteOf(dog), gateway };
}

function tellEnd(
  dog: Dog,
  outage: Outage,
  end: Pick<OutageEnded, "outcome" | "begunAs" | "endedAt" | "dials">,
  to: FleetListener,
): void {
  to.onOutage?.({ ...begun(dog, outage), ...end, estimated: outage.reported === null });
}

function outcomeOf(event: FleetEvent): OutageOutcome {
  if (event.type === "record.cleaned") return "cleaned";
  if (event.type === "dog.retired") return "retired";
  return event.type === "dog.disconnected" ? "offline" : "recovered";
}

function endOf(outage: Outage, event: FleetEvent): number {
  return event.type === "dog.stable" ? (outage.loginAt ?? event.at) : event.at;
}
