import type { Ticket, TicketStatus } from "./dog.ts";
import type { FleetEvent } from "./event.ts";

export type ForceEvent = Extract<FleetEvent, { ticket: string }>;

/** Where a ticket stands at `now`: as journaled, or expired where its deadline passed before the dog signed in. */
export function ticketStatus(ticket: Ticket, now: number): TicketStatus {
  return expiresAt(ticket) !== null && now >= (ticket.deadlineAt ?? Number.POSITIVE_INFINITY)
    ? "expired"
    : ticket.stage;
}

/** The instant at which an open ticket expires if nothing happens; null where nothing can expire it. */
export function expiresAt(ticket: Ticket): number | null {
  return ticket.endedAt === null && ticket.authenticatedAt === null ? ticket.deadlineAt : null;
}

/** When a ticket ended, its expiry included; null while it is open at `now`. */
export function ticketEndedAt(ticket: Ticket, now: number): number | null {
  return ticketStatus(ticket, now) === "expired" ? ticket.deadlineAt : ticket.endedAt;
}

export function isTicketOpen(ticket: Ticket, now: number): boolean {
  return ticketEndedAt(ticket, now) === null;
}

/** Folds one `force.*` event. What comes after the end of a ticket, its expiry included, changes nothing. */
export function applyTicket(ticket: Ticket | undefined, event: ForceEvent): Ticket | undefined {
  if (event.type === "force.requested") return ticket?.id === event.ticket ? ticket : requested(event);
  if (ticket === undefined || ticket.id !== event.ticket || !isTicketOpen(ticket, event.at)) return ticket;
  const { at } = event;
  switch (event.type) {
    case "force.started":
      return { ...ticket, stage: "requested", deadlineAt: at + ticket.deadlineMs };
    case "force.closing":
      return { ...ticket, stage: "closing", closingAt: at };
    case "force.armed":
      return { ...ticket, stage: "armed", armedAt: at, dialedAt: null, authenticatedAt: null };
    case "force.dialed":
      return { ...ticket, stage: "dialed", dialedAt: at };
    case "force.authenticated":
      return { ...ticket, stage: "authenticated", authenticatedAt: at };
    case "force.stable":
      return { ...ticket, stage: "stable", endedAt: at };
    case "force.cancelled":
      return { ...ticket, stage: "cancelled", endedAt: at };
    case "force.failed":
      return {
        ...ticket,
        stage: "failed",
        endedAt: at,
        failure: event.code,
        lastError: event.detail ?? ticket.lastError,
      };
  }
}

/** Remembers the last error an open ticket saw. */
export function noteTicketError(ticket: Ticket | null, error: string, at: number): Ticket | null {
  return ticket !== null && isTicketOpen(ticket, at) ? { ...ticket, lastError: error } : ticket;
}

function requested(event: Extract<ForceEvent, { type: "force.requested" }>): Ticket {
  return {
    id: event.ticket,
    sn: event.sn,
    batch: event.batch,
    actor: event.actor,
    note: event.note,
    stage: event.queued ? "queued" : "requested",
    requestedAt: event.at,
    deadlineMs: event.deadlineMs,
    deadlineAt: event.queued ? null : event.at + event.deadlineMs,
    closingAt: null,
    armedAt: null,
    dialedAt: null,
    authenticatedAt: null,
    endedAt: null,
    failure: null,
    lastError: null,
  };
}
