import type { ForceTicket } from "#lib/contracts/shared.ts";
import { type TicketEnd, ticketEnd } from "./ticket-end.ts";

const MOST_GROUPS = 50;

/** One click and what became of it: the ends of all its tickets. */
export interface EndedGroup {
  /** The dogs the gateway took. */
  readonly total: number;
  /** Empty for all that match: a batch tells its counts alone. */
  readonly tickets: readonly ForceTicket[];
  readonly counts: Readonly<Record<TicketEnd, number>>;
  /** Dogs the gateway would not take. */
  readonly refused: number;
}

interface Group {
  readonly waiting: Set<string>;
  readonly ended: ForceTicket[];
  readonly refused: number;
}

/** Follows the tickets this page started, so that each click is answered once, when the last of its dogs has its outcome. */
export function createForceGroups() {
  let groups: readonly Group[] = [];

  function end(tickets: readonly ForceTicket[]): EndedGroup[] {
    const over = new Map(
      tickets.filter((ticket) => ticketEnd(ticket) !== null).map((ticket) => [ticket.ticket, ticket]),
    );
    for (const group of groups) {
      for (const id of [...group.waiting]) {
        const ticket = over.get(id);
        if (ticket === undefined) continue;
        group.waiting.delete(id);
        group.ended.push(ticket);
      }
    }
    const done = groups.filter((group) => group.waiting.size === 0);
    groups = groups.filter((group) => group.waiting.size > 0);
    return done.map(toEnded);
  }

  return {
    /** A click's tickets. Beyond 50 clicks under way the oldest is no longer announced. */
    start(tickets: readonly string[], refused: number): void {
      if (tickets.length > 0)
        groups = [...groups, { waiting: new Set(tickets), ended: [], refused }].slice(-MOST_GROUPS);
    },
    /** New words on tickets; returns the clicks that are answered by them. */
    end,
    /** Tickets still without an end: to be asked after when frames were missed. */
    waiting: (): readonly string[] => groups.flatMap((group) => [...group.waiting]),
  };
}

/** A batch that is over, by its counts. */
export function toEndedBatch(
  total: number,
  byStatus: Readonly<Partial<Record<ForceTicket["status"], number>>>,
): EndedGroup {
  const { stable = 0, failed = 0, expired = 0, cancelled = 0 } = byStatus;
  return { total, tickets: [], counts: { stable, failed, expired, cancelled, sent: 0, back: 0 }, refused: 0 };
}

function toEnded({ ended, refused }: Group): EndedGroup {
  const counts: Record<TicketEnd, number> = { stable: 0, failed: 0, expired: 0, cancelled: 0, sent: 0, back: 0 };
  for (const ticket of ended) {
    const how = ticketEnd(ticket);
    if (how !== null) counts[how] += 1;
  }
  return { total: ended.length, tickets: ended, counts, refused };
}
