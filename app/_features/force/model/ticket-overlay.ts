import type { ForceTicket } from "#lib/contracts/shared.ts";

const KEPT_MS = 10_000;
const MOST_KEPT = 2_000;

/**
 * The newest word on each dog's ticket, for the seconds until its row brings the same: an answer to a click and a ticket frame come
 * before the list does. Times are server time, epoch ms.
 */
export function createTicketOverlay() {
  const bySn = new Map<string, { readonly ticket: ForceTicket; readonly at: number }>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    put(tickets: readonly ForceTicket[], at: number): void {
      for (const ticket of tickets) {
        bySn.delete(ticket.client_id);
        bySn.set(ticket.client_id, { ticket, at });
      }
      for (const [sn, kept] of bySn) {
        if (bySn.size <= MOST_KEPT && at - kept.at <= KEPT_MS) break;
        bySn.delete(sn);
      }
      tell();
    },
    of: (sn: string) => bySn.get(sn),
    clear(): void {
      bySn.clear();
      tell();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The ticket to show: what came last within 10 s, else the row's own. */
export function newestTicket(
  own: ForceTicket | null,
  kept: { readonly ticket: ForceTicket; readonly at: number } | undefined,
  now: number,
): ForceTicket | null {
  return kept !== undefined && now - kept.at <= KEPT_MS ? kept.ticket : own;
}
