import type { TicketStatus } from "#lib/fleet/dog.ts";

/** How full each of the four segments is, 0..1. For an end that is not `stable`, `reached` steps stay full. */
export function ticketFill(status: TicketStatus, reached = 0): [number, number, number, number] {
  switch (status) {
    case "requested":
    case "queued":
      return [0, 0, 0, 0];
    case "closing":
    case "armed":
      return [0.5, 0, 0, 0];
    case "dialed":
      return [1, 0.5, 0, 0];
    case "authenticated":
      return [1, 1, 0.5, 0];
    case "stable":
      return [1, 1, 1, 1];
    case "failed":
    case "expired":
    case "cancelled":
      return [reached >= 1 ? 1 : 0, reached >= 2 ? 1 : 0, reached >= 3 ? 1 : 0, 0];
  }
}
