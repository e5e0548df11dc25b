import type { Clock } from "#lib/clock/clock.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { toInstant } from "./basic-row.ts";

const WATCH_MS = 300_000;
const MOST_WATCHED = 1_000;

export type BasicTickets = ReturnType<typeof createBasicTickets>;

/**
 * Forces sent to a service that does not report their outcome: each ends as it is sent ("sent; outcome not reported") and its row is
 * watched for 5 min. Seen connected after it was seen out is the one outcome we may tell.
 */
export function createBasicTickets(clock: Clock) {
  const bySn = new Map<string, { ticket: ForceTicket; readonly wasOut: boolean; readonly sentAt: number }>();
  let made = 0;

  function prune(): void {
    const oldest = clock.now() - WATCH_MS;
    for (const [sn, { sentAt }] of bySn) if (sentAt < oldest || bySn.size > MOST_WATCHED) bySn.delete(sn);
  }

  return {
    sent(sn: string, actor: string, note: string | undefined, wasOut: boolean): ForceTicket {
      const sentAt = clock.now();
      const at = toInstant(sentAt);
      const ticket: ForceTicket = {
        ticket: `sent-${++made}`,
        client_id: sn,
        batch: null,
        status: "requested",
        actor,
        note: note ?? null,
        requested_at: at,
        deadline_at: null,
        closing_at: null,
        armed_at: null,
        dialed_at: null,
        authenticated_at: null,
        stable_at: null,
        ended_at: at,
        failure: null,
        last_error: null,
      };
      bySn.delete(sn);
      bySn.set(sn, { ticket, wasOut, sentAt });
      prune();
      return ticket;
    },
    of(sn: string): ForceTicket | null {
      const watched = bySn.get(sn);
      return watched !== undefined && watched.sentAt >= clock.now() - WATCH_MS ? watched.ticket : null;
    },
    find(id: string): ForceTicket | undefined {
      return [...bySn.values()].find(({ ticket }) => ticket.ticket === id)?.ticket;
    },
    /** Newest first, of one dog or of all. */
    list(sn?: string): ForceTicket[] {
      prune();
      const all = [...bySn.values()].map(({ ticket }) => ticket).reverse();
      return sn === undefined ? all : all.filter((ticket) => ticket.client_id === sn);
    },
    /** Dogs forced while out and not seen back yet. */
    awaited(): string[] {
      prune();
      return [...bySn].filter(([, { wasOut, ticket }]) => wasOut && ticket.status === "requested").map(([sn]) => sn);
    },
    seenConnected(sn: string): void {
      const watched = bySn.get(sn);
      if (watched === undefined || !watched.wasOut || watched.ticket.status !== "requested") return;
      const at = toInstant(clock.now());
      watched.ticket = { ...watched.ticket, status: "authenticated", authenticated_at: at, ended_at: at };
    },
  };
}
