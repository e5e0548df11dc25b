import type { ForceTicket } from "#lib/contracts/shared.ts";
import type { Ticket } from "#lib/fleet/dog.ts";
import { ticketStatus } from "#lib/fleet/ticket.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A ticket as the API tells it. `stableAfterMs` dates the end of the settling of one that is authenticated. */
export function toForceTicket(ticket: Ticket, now: number, stableAfterMs: number): ForceTicket {
  const status = ticketStatus(ticket, now);
  const settling = status === "authenticated" && ticket.authenticatedAt !== null;
  return {
    ticket: ticket.id,
    client_id: ticket.sn,
    batch: ticket.batch,
    status,
    actor: ticket.actor,
    note: ticket.note,
    requested_at: new Date(ticket.requestedAt).toISOString(),
    deadline_at: iso(ticket.deadlineAt),
    closing_at: iso(ticket.closingAt),
    armed_at: iso(ticket.armedAt),
    dialed_at: iso(ticket.dialedAt),
    authenticated_at: iso(ticket.authenticatedAt),
    stable_at: settling ? iso((ticket.authenticatedAt ?? 0) + stableAfterMs) : null,
    ended_at: iso(status === "expired" ? ticket.deadlineAt : ticket.endedAt),
    failure: ticket.failure,
    last_error: ticket.lastError,
  };
}
