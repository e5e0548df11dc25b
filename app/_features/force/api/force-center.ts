import type { ForceBatchResult, ForceList, ForceResult } from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { createForceGroups, type EndedGroup, toEndedBatch } from "../model/force-groups.ts";
import { createTicketOverlay } from "../model/ticket-overlay.ts";

const MOST_ASKED = 20;

/** What this page forced and what became of it. One a browser tab. */
export function createForceCenter(fetchTicket: (ticket: string) => Promise<ForceTicket>) {
  const overlay = createTicketOverlay();
  const groups = createForceGroups();
  const listeners = new Set<(ended: EndedGroup) => void>();
  const batchListeners = new Set<() => void>();
  let batches: readonly string[] = [];
  const openBatches = new Set<string>();

  const setBatches = (next: readonly string[]) => {
    batches = next;
    for (const listener of [...batchListeners]) listener();
  };

  /** New words on tickets, at server time `now`. */
  function heard(tickets: readonly ForceTicket[], now: number): void {
    overlay.put(tickets, now);
    for (const ended of groups.end(tickets)) for (const listener of [...listeners]) listener(ended);
  }

  return {
    overlay,
    heard,
    /** The gateway took a force: its tickets are followed, its rows show them at once. */
    started(result: ForceResult | ForceBatchResult, now: number): void {
      if ("batch" in result) {
        if (result.total > 0) openBatches.add(result.batch);
        setBatches([...batches, result.batch]);
        return;
      }
      groups.start(
        result.tickets.map(({ ticket }) => ticket),
        result.errors.length,
      );
      // The feed may be quicker than the answer: what it said of a ticket since is not taken back.
      const known = result.tickets.map(({ client_id, ticket, status }) => {
        const kept = overlay.of(client_id)?.ticket;
        return kept?.ticket === ticket ? kept : openTicket(client_id, ticket, status, now);
      });
      heard(known, now);
    },
    /** Frames were missed: what is still waited for is asked after. */
    async catchUp(now: () => number): Promise<void> {
      overlay.clear();
      const asked = await Promise.allSettled(groups.waiting().slice(0, MOST_ASKED).map(fetchTicket));
      heard(
        asked.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])),
        now(),
      );
    },
    /** Every dog of a batch has its outcome: told once. */
    batchOver({ batch, total, by_status: byStatus }: NonNullable<ForceList["batch"]>): void {
      if (!openBatches.delete(batch)) return;
      for (const listener of [...listeners]) listener(toEndedBatch(total, byStatus));
    },
    onEnded(listener: (ended: EndedGroup) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    batches: () => batches,
    dismissBatch: (batch: string) => setBatches(batches.filter((other) => other !== batch)),
    subscribeBatches(listener: () => void): () => void {
      batchListeners.add(listener);
      return () => batchListeners.delete(listener);
    },
  };
}

function openTicket(sn: string, ticket: string, status: ForceTicket["status"], now: number): ForceTicket {
  const nothing = { deadline_at: null, closing_at: null, armed_at: null, dialed_at: null, authenticated_at: null };
  return {
    ...nothing,
    ticket,
    client_id: sn,
    batch: null,
    status,
    actor: "",
    note: null,
    requested_at: new Date(now).toISOString(),
    stable_at: null,
    ended_at: null,
    failure: null,
    last_error: null,
  };
}
