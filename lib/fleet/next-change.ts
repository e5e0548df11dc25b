import type { Dog, Ticket } from "./dog.ts";
import { FLEET_OPTIONS, type FleetOptions } from "./fleet-options.ts";
import { expiresAt, ticketEndedAt } from "./ticket.ts";
import { projectionOf } from "./view.ts";

/** The first instant after `now` at which the dog's view differs if nothing is heard; null for never. */
export function nextChangeAt(
  dog: Dog,
  now: number,
  options: FleetOptions = FLEET_OPTIONS,
  projection = projectionOf(dog, now),
): number | null {
  let next = Number.POSITIVE_INFINITY;
  const consider = (at: number | null) => {
    if (at !== null && at > now && at < next) next = at;
  };
  consider(projection?.changesAt ?? null);
  if (dog.outage?.forced) consider(dog.outage.detectedAt + options.forcedGraceMs);
  for (const at of dog.flaps) consider(at + options.flapWindowMs);
  if (dog.ticket !== null) consider(ticketChangesAt(dog.ticket, now, options));
  return next === Number.POSITIVE_INFINITY ? null : next;
}

/** A ticket expires, and an ended one leaves the row. */
function ticketChangesAt(ticket: Ticket, now: number, options: FleetOptions): number | null {
  const endedAt = ticketEndedAt(ticket, now);
  return endedAt === null ? expiresAt(ticket) : endedAt + options.ticketShownMs;
}
