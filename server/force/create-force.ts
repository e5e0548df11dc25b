import { v7 as uuidv7 } from "uuid";
import type { ForceList, ForceResult } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { Dog, Ticket } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { isTicketOpen, ticketStatus } from "#lib/fleet/ticket.ts";
import type { BatchView } from "#lib/fleet/tickets.ts";
import { acknowledged, assertWritable } from "#server/fleet/acknowledge.ts";

import type { Force, ForceOrigin } from "./force.ts";
import { createPacer } from "./pacer.ts";
import { createTicketSteps, type StepDeps, type TicketSteps } from "./ticket-steps.ts";
import { toForceTicket } from "./ticket-wire.ts";

export interface ForceDeps extends StepDeps {
  /** Bound on a ticket's login. */
  readonly deadlineMs: number;
  /** Closes a second of a batch or a selection. */
  readonly ratePerSecond: number;
}

/** How far the number of matches may move from what the operator was shown. */
const TOLERANCE = 0.05;
/** Appended between commits: well under what the journal queues. */
const CHUNK = 1_000;
const MOST_LISTED = 200;

function* chunked<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += CHUNK) yield items.slice(from, from + CHUNK);
}

/** Hands the event to the open ticket of its dog, if there is one. */
function react(event: FleetEvent, ticketOf: (sn: string) => Ticket | undefined, steps: TicketSteps): void {
  if (!("sn" in event)) return;
  const ticket = ticketOf(event.sn);
  if (!ticket) return;
  if (event.type === "dog.connected") steps.connected(ticket, event.session);
  else if (event.type === "dog.disconnected") steps.disconnected(ticket, event);
  else if (event.type === "dog.stable") steps.steady(ticket, event.session, true);
  else if (event.type === "dog.heard") steps.steady(ticket, event.session, false);
  else if (event.type === "dog.retired") steps.revoked(ticket);
  else if (event.type === "dog.attempt_failed") {
    if (event.reason === "auth_failed") steps.refused(ticket, event.raw);
    else steps.dialed(ticket);
  }
}

/** Tickets and batches over the journal; the state is folded from `force.*` events, only timers live here. */
export function createForce(deps: ForceDeps): Force {
  const { journal, fleet, clock, deadlineMs, ratePerSecond, stableAfterMs } = deps;
  const steps = createTicketSteps(deps);
  const stopped = new Set<string>();
  const pacer = createPacer<Ticket>(clock, ratePerSecond, (ticket) => {
    if (ticket.batch === null || !stopped.has(ticket.batch)) steps.start(ticket.id);
  });

  const wire = (ticket: Ticket) => toForceTicket(ticket, clock.now(), stableAfterMs);
  const openOf = (dog: Dog | undefined): Ticket | undefined =>
    dog?.ticket && isTicketOpen(dog.ticket, clock.now()) ? dog.ticket : undefined;
  const unsubscribe = fleet.onEvent((event) => react(event, (sn) => openOf(fleet.get(sn)), steps));

  function open(sn: string, batch: string | null, queued: boolean, { actor, note }: ForceOrigin): Ticket | undefined {
    const ticket = uuidv7({ msecs: clock.now() });
    journal.append({ type: "force.requested", ticket, sn, batch, actor, note, deadlineMs, queued });
    return fleet.ticket(ticket);
  }
  /** Nothing is started unless the request is kept: what cannot be committed is taken back. */
  async function keep(fresh: readonly Ticket[]): Promise<void> {
    try {
      await acknowledged(journal);
    } catch (error) {
      for (const { id, sn } of fresh) journal.append({ type: "force.cancelled", ticket: id, sn });
      throw error;
    }
  }
  function batchOf(id: string): BatchView {
    const batch = fleet.batch(id);
    if (!batch) throw new AppError("not_found", "no such batch");
    return batch;
  }

  async function openBatch(batch: string, sns: readonly string[], origin: ForceOrigin): Promise<readonly Ticket[]> {
    const fresh: Ticket[] = [];
    journal.append({ type: "force.batch", batch, total: sns.length, actor: origin.actor, note: origin.note });
    try {
      for (const chunk of chunked(sns)) {
        for (const sn of chunk) {
          const ticket = open(sn, batch, true, origin);
          if (ticket) fresh.push(ticket);
        }
        await keep(fresh);
      }
      await acknowledged(journal);
    } catch (error) {
      journal.append({ type: "force.batch_stopped", batch, actor: "system" });
      throw error;
    }
    return fresh;
  }

  return {
    async request(sns, origin) {
      assertWritable(journal);
      const fresh: Ticket[] = [];
      const answers: { ticket: Ticket; existing: boolean }[] = [];
      const errors: ForceResult["errors"] = [];
      for (const sn of sns) {
        const dog = fleet.get(sn);
        const existing = openOf(dog);
        const ticket = !dog || dog.retired ? undefined : (existing ?? open(sn, null, sns.length > 1, origin));
        if (!ticket) errors.push({ client_id: sn, code: "not_found" });
        else answers.push({ ticket, existing: existing !== undefined });
        if (ticket && !existing) fresh.push(ticket);
      }
      await keep(fresh);
      if (sns.length > 1) pacer.add(fresh);
      else for (const ticket of fresh) steps.start(ticket.id);
      const tickets = answers.map(({ ticket, existing }) => ({
        client_id: ticket.sn,
        ticket: ticket.id,
        status: ticketStatus(fleet.ticket(ticket.id) ?? ticket, clock.now()),
        ...(existing ? { existing } : {}),
      }));
      return { tickets, errors };
    },

    async requestMatching(filter, expected, origin) {
      assertWritable(journal);
      const matching = fleet.matching(filter);
      if (Math.abs(matching.length - expected) > expected * TOLERANCE) {
        throw new AppError("conflict", `${expected} were shown, ${matching.length} match now: look again`, {
          fields: [{ field: "expected", message: `${matching.length} match now` }],
        });
      }
      const batch = uuidv7({ msecs: clock.now() });
      const sns = matching.filter((sn) => !openOf(fleet.get(sn)));
      const fresh = await openBatch(batch, sns, origin);
      pacer.add(fresh);
      return { batch, total: sns.length };
    },

    async stop(id, actor) {
      const batch = batchOf(id);
      assertWritable(journal);
      stopped.add(id);
      const queued = batch.tickets.filter((ticket) => ticket.stage === "queued");
      if (!batch.stopped) journal.append({ type: "force.batch_stopped", batch: id, actor });
      for (const chunk of chunked(queued)) {
        for (const ticket of chunk) journal.append({ type: "force.cancelled", ticket: ticket.id, sn: ticket.sn });
        await acknowledged(journal);
      }
      await acknowledged(journal);
      return { batch: id, cancelled: queued.length };
    },

    list({ batch: id, client_id: sn }) {
      const now = clock.now();
      const batch = id === undefined ? undefined : batchOf(id);
      const own = sn === undefined ? undefined : fleet.get(sn)?.ticket;
      const found = batch?.tickets ?? (sn === undefined ? fleet.openTickets() : own ? [own] : []);
      const newest = [...found].sort((a, b) => b.requestedAt - a.requestedAt || (a.id < b.id ? 1 : -1));
      return {
        as_of: new Date(now).toISOString(),
        batch: batch ? batchWire(batch, now) : null,
        tickets: newest
          .filter((ticket) => sn === undefined || ticket.sn === sn)
          .slice(0, MOST_LISTED)
          .map(wire),
      };
    },

    ticket(id) {
      const ticket = fleet.ticket(id);
      return ticket && wire(ticket);
    },

    dialed(sn) {
      const ticket = openOf(fleet.get(sn));
      if (ticket) steps.dialed(ticket);
    },

    resume() {
      const queued: Ticket[] = [];
      for (const ticket of fleet.openTickets()) {
        if (ticket.stage !== "queued") steps.recover(ticket);
        else if (ticket.batch !== null && fleet.batch(ticket.batch)?.stopped) {
          journal.append({ type: "force.cancelled", ticket: ticket.id, sn: ticket.sn });
        } else queued.push(ticket);
      }
      pacer.add(queued.sort((a, b) => a.requestedAt - b.requestedAt || (a.id < b.id ? -1 : 1)));
    },

    close() {
      unsubscribe();
      pacer.close();
      steps.close();
    },
  };
}

function batchWire(batch: BatchView, now: number): ForceList["batch"] {
  const counts: NonNullable<ForceList["batch"]>["by_status"] = {};
  for (const ticket of batch.tickets) {
    const status = ticketStatus(ticket, now);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return {
    batch: batch.id,
    total: batch.total,
    stopped: batch.stopped,
    actor: batch.actor,
    note: batch.note,
    started_at: new Date(batch.startedAt).toISOString(),
    by_status: counts,
  };
}
