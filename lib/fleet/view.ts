import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { type Projection, projectRetries } from "#lib/reconnection/project-retries.ts";
import type { Category, ReasonCode, Strategy } from "#lib/reconnection/reason-code.ts";
import type { Dog, DogState, Outage, Ticket, TicketStatus } from "./dog.ts";
import { ACTIVE_STATES } from "./dog.ts";
import { FLEET_OPTIONS, type FleetOptions } from "./fleet-options.ts";
import { ticketEndedAt, ticketStatus } from "./ticket.ts";

export interface TicketView {
  readonly ticket: Ticket;
  readonly status: TicketStatus;
  readonly endedAt: number | null;
  /** When an authenticated ticket becomes stable if nothing happens. */
  readonly stableAt: number | null;
}

/** One dog at one instant: the table of DESIGN section 3. Instants in epoch ms. */
export interface DogView {
  readonly state: DogState;
  readonly inActive: boolean;
  readonly isConnected: boolean;
  readonly attempts: number;
  readonly maxRetries: number;
  readonly currentDelayMs: number | null;
  readonly nextRetryAt: number | null;
  readonly givesUpAt: readonly [number, number] | null;
  /** Behind the API's `failure_reason`; null while connected, silent or settling. */
  readonly reason: ReasonCode | null;
  /** As `reason`, but a settling dog keeps what it came back from. */
  readonly rowReason: ReasonCode | null;
  readonly raw: string | null;
  readonly category: Category | null;
  /** What `rowReason` asks of a dog; a seed dog backs off exponentially whatever is asked. */
  readonly strategy: Strategy | null;
  readonly since: number | null;
  readonly flapCount: number;
  readonly flapping: boolean;
  /** Attempts, next retry and give-up are a projection: true of every dog that is out. */
  readonly estimated: boolean;
  readonly stableAt: number | null;
  /** Its outage counts: false while a forced close may still be answered in time. */
  readonly outageCounts: boolean;
  /** Open, or ended within 5 min. */
  readonly ticket: TicketView | null;
}

/** What `dog` is at `now`. Pure: yesterday's dog and instant give yesterday's view. */
export function viewDog(dog: Dog, now: number, options: FleetOptions = FLEET_OPTIONS): DogView {
  const projection = projectionOf(dog, now);
  const state = stateOf(dog, projection);
  const why = rowReason(dog, state);
  const flapCount = countFlaps(dog, now, options);
  const isConnected = dog.session !== null;
  return {
    state,
    inActive: isActive(state),
    isConnected,
    attempts: projection?.attempt ?? 0,
    maxRetries: projection?.maxRetries ?? dog.schedule.maxRetries,
    currentDelayMs: projection?.currentDelayMs ?? null,
    nextRetryAt: projection?.nextRetryAt ?? null,
    givesUpAt: projection?.givesUpAt ?? null,
    reason: isConnected ? null : why.reason,
    rowReason: why.reason,
    raw: why.raw,
    category: why.reason === null ? null : REASONS[why.reason].category,
    strategy: why.reason === null ? null : REASONS[why.reason].strategy,
    since: sinceOf(dog, state),
    flapCount,
    flapping: flapCount >= options.flappingFrom,
    estimated: projection !== null,
    stableAt: state === "settling" && dog.session !== null ? dog.session.since + options.stableAfterMs : null,
    outageCounts: outageCounts(dog, now, options),
    ticket: viewTicket(dog.ticket, now, options),
  };
}

/** The dog's state alone. `projection` may be given where it is known already. */
export function dogState(dog: Dog, now: number, projection = projectionOf(dog, now)): DogState {
  return stateOf(dog, projection);
}

/** Why a dog is out, as its row says it. */
export function outageReason(outage: Outage): ReasonCode {
  return outage.refused ? "auth_failed" : outage.reason;
}

export function isActive(state: DogState): boolean {
  return (ACTIVE_STATES as readonly DogState[]).includes(state);
}

/** Out: in an outage and not connected. */
export function isOut(state: DogState): boolean {
  return state === "reconnecting" || state === "refused" || state === "probing" || state === "gave_up";
}

/** Where a dog that is out stands in its backoff; null for every other dog. */
export function projectionOf(dog: Dog, now: number): Projection | null {
  return dog.session === null && dog.outage !== null && !dog.retired ? projectRetries(dog.outage, now) : null;
}

/** True once the dog's outage counts as one: a forced close does only when it is not answered in time. */
export function outageCounts(dog: Dog, now: number, options: FleetOptions): boolean {
  return dog.outage !== null && (!dog.outage.forced || now >= dog.outage.detectedAt + options.forcedGraceMs);
}

export function countFlaps(dog: Dog, now: number, options: FleetOptions): number {
  let count = 0;
  for (const at of dog.flaps) if (now < at + options.flapWindowMs) count++;
  return count;
}

/** A ticket as shown at `now`: open, or ended less than 5 min ago. */
export function viewTicket(ticket: Ticket | null, now: number, options: FleetOptions): TicketView | null {
  if (ticket === null) return null;
  const status = ticketStatus(ticket, now);
  const endedAt = ticketEndedAt(ticket, now);
  if (endedAt !== null && now >= endedAt + options.ticketShownMs) return null;
  const signedInAt = status === "authenticated" ? ticket.authenticatedAt : null;
  return { ticket, status, endedAt, stableAt: signedInAt === null ? null : signedInAt + options.stableAfterMs };
}

function stateOf(dog: Dog, projection: Projection | null): DogState {
  if (dog.retired) return "retired";
  if (dog.session !== null) {
    if (dog.session.silentSince !== null) return "silent";
    return dog.outage === null ? "connected" : "settling";
  }
  if (projection === null || dog.outage === null) return "offline";
  if (projection.phase === "gave_up" || projection.phase === "probing") return projection.phase;
  return dog.outage.refused ? "refused" : "reconnecting";
}

/** Downtime start for a dog in an outage, session start for a connected one, else the last change. */
export function sinceOf({ session, outage, changedAt }: Dog, state: DogState): number {
  return session !== null && state !== "settling" ? session.since : (outage?.startedAt ?? changedAt);
}

/** What its row says is wrong; a settling dog keeps what it came back from. */
export function rowReason(
  dog: Dog,
  state: DogState,
): { readonly reason: ReasonCode | null; readonly raw: string | null } {
  const { outage } = dog;
  if (state === "offline" || state === "retired") return { reason: dog.lastReason, raw: dog.lastRaw };
  if (outage === null || state === "silent") return { reason: null, raw: null };
  return { reason: outageReason(outage), raw: outage.refused ? (outage.lastError?.raw ?? outage.raw) : outage.raw };
}
