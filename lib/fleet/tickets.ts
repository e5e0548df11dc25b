import type { Ticket } from "./dog.ts";
import type { FleetEvent } from "./event.ts";
import { applyTicket, type ForceEvent, isTicketOpen } from "./ticket.ts";

/** A force of many: its tickets, paced. */
export interface BatchView {
  readonly id: string;
  readonly total: number;
  readonly stopped: boolean;
  readonly actor: string;
  readonly note: string | null;
  readonly startedAt: number;
  readonly tickets: readonly Ticket[];
}

export interface Batch extends Omit<BatchView, "tickets"> {
  readonly ticketIds: string[];
}

/** What no ticket is: batches, and which tickets have not ended, oldest first. Plain JSON. */
export interface TicketsDump {
  readonly unended: readonly string[];
  readonly batches: readonly Batch[];
}

/** Ended tickets and batches beyond these are forgotten, oldest first; the journal keeps them. */
const TICKETS_KEPT = 200_000;
const BATCHES_KEPT = 1_000;

/** Every ticket and batch, folded from `force.*`. */
export class Tickets {
  readonly #tickets = new Map<string, Ticket>();
  readonly #unended = new Set<string>();
  readonly #batches = new Map<string, Batch>();

  ingest(event: FleetEvent): void {
    if (event.type === "force.batch") {
      const { batch: id, total, actor, note, at: startedAt } = event;
      this.#batches.set(id, { id, total, actor, note, startedAt, stopped: false, ticketIds: [] });
      forgetOldest(this.#batches, BATCHES_KEPT);
    } else if (event.type === "force.batch_stopped") {
      const batch = this.#batches.get(event.batch);
      if (batch !== undefined) this.#batches.set(event.batch, { ...batch, stopped: true });
    } else if ("ticket" in event) this.#apply(event);
  }

  /** A ticket as its dog's fold has it: an error it saw is no `force.*` event. */
  put(ticket: Ticket): void {
    this.#tickets.set(ticket.id, ticket);
    if (ticket.endedAt === null) this.#unended.add(ticket.id);
    else this.#unended.delete(ticket.id);
  }

  get(id: string): Ticket | undefined {
    return this.#tickets.get(id);
  }

  /** Open at `now`, oldest first. */
  open(now: number): readonly Ticket[] {
    const open: Ticket[] = [];
    for (const id of this.#unended) {
      const ticket = this.#tickets.get(id);
      if (ticket !== undefined && isTicketOpen(ticket, now)) open.push(ticket);
      else this.#unended.delete(id);
    }
    return open;
  }

  /** Every ticket kept, in the order they are forgotten in. */
  all(): Iterable<Ticket> {
    return this.#tickets.values();
  }

  dump(): TicketsDump {
    return { unended: [...this.#unended], batches: [...this.#batches.values()] };
  }

  /** Takes over a dump; its tickets come by `restoreTicket`, in order. */
  restore({ unended, batches }: TicketsDump): void {
    for (const id of unended) this.#unended.add(id);
    for (const batch of batches) this.#batches.set(batch.id, { ...batch, ticketIds: [...batch.ticketIds] });
  }

  restoreTicket(ticket: Ticket): void {
    this.#tickets.set(ticket.id, ticket);
  }

  batch(id: string): BatchView | undefined {
    const batch = this.#batches.get(id);
    if (batch === undefined) return undefined;
    const { ticketIds, ...view } = batch;
    return { ...view, tickets: ticketIds.flatMap((ticketId) => this.#tickets.get(ticketId) ?? []) };
  }

  #apply(event: ForceEvent): void {
    const before = this.#tickets.get(event.ticket);
    const ticket = applyTicket(before, event);
    if (ticket === undefined || ticket === before) return;
    this.put(ticket);
    if (before === undefined && ticket.batch !== null) this.#batches.get(ticket.batch)?.ticketIds.push(ticket.id);
    if (this.#tickets.size > TICKETS_KEPT) this.#forgetEnded();
  }

  #forgetEnded(): void {
    for (const id of this.#tickets.keys()) {
      if (this.#tickets.size <= TICKETS_KEPT) return;
      if (!this.#unended.has(id)) this.#tickets.delete(id);
    }
  }
}

function forgetOldest<V>(map: Map<string, V>, kept: number): void {
  for (const key of map.keys()) {
    if (map.size <= kept) return;
    map.delete(key);
  }
}
