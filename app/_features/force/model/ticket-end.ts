import type { ForceTicket } from "#lib/contracts/shared.ts";

/** How a force ended; `sent` where the gateway does not report outcomes. */
export type TicketEnd = "stable" | "failed" | "expired" | "cancelled" | "sent" | "back";

/** The end of a ticket, or null while it runs. */
export function ticketEnd(ticket: ForceTicket): TicketEnd | null {
  switch (ticket.status) {
    case "stable":
    case "failed":
    case "expired":
    case "cancelled":
      return ticket.status;
    case "requested":
    case "queued":
    case "closing":
    case "armed":
    case "dialed":
      return ticket.ended_at === null ? null : "sent";
    case "authenticated":
      return ticket.ended_at === null ? null : "back";
  }
}

/** Steps a ticket completed: 1 armed, 2 dialed, 3 signed in. What stays full when it fails. */
export function stepsReached(ticket: ForceTicket): number {
  if (ticket.authenticated_at !== null) return 3;
  if (ticket.dialed_at !== null) return 2;
  return ticket.armed_at !== null ? 1 : 0;
}
