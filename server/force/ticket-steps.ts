import type { Clock } from "#lib/clock/clock.ts";
import type { Ticket } from "#lib/fleet/dog.ts";
import type { DogDisconnected, ForceFailure, ForceStep } from "#lib/fleet/event.ts";
import { isTicketOpen } from "#lib/fleet/ticket.ts";
import type { FleetReader } from "#server/fleet/fleet-reader.ts";
import type { Journal } from "#server/journal/journal.ts";
import type { DogLine } from "./dog-line.ts";

export interface StepDeps {
  readonly journal: Journal;
  readonly fleet: FleetReader;
  readonly dogLine: DogLine;
  readonly clock: Clock;
  /** Time up after which a login counts as stable. */
  readonly stableAfterMs: number;
}

/** How long the owner of a session may take to close it. */
const OWNER_MS = 2_000;

/** The session a ticket waits on, and the timer that ends the wait. */
interface Wait {
  readonly session: string;
  readonly since: number;
  cancel(): void;
}

/** One ticket's way from its turn to its end, told by what the dog really does. */
export interface TicketSteps {
  /** The ticket's turn has come. */
  start(id: string): void;
  connected(ticket: Ticket, session: string): void;
  disconnected(ticket: Ticket, event: DogDisconnected): void;
  refused(ticket: Ticket, detail: string | null): void;
  dialed(ticket: Ticket): void;
  /** The gateway says the login is stable, or hears a dog again that was silent. */
  steady(ticket: Ticket, session: string, said: boolean): void;
  revoked(ticket: Ticket): void;
  /** After a restart: nothing a former run closed or let in is still on the line. */
  recover(ticket: Ticket): void;
  close(): void;
}

/** Ends we made ourselves, or that say nothing about the dog: it keeps trying, so does its ticket. */
function isOurs({ reason, initiator }: DogDisconnected): boolean {
  switch (reason) {
    case "server_error":
      return initiator === "gateway" || initiator === "operator";
    case "forced_reconnect":
    case "gateway_lost":
    case "session_replaced":
      return true;
    case "normal_closure":
    case "abnormal_closure":
    case "connection_reset":
    case "network_interrupted":
    case "network_timeout":
    case "peer_reset":
    case "auth_failed":
    case "unknown":
      return false;
  }
}

export function createTicketSteps({ journal, fleet, dogLine, clock, stableAfterMs }: StepDeps): TicketSteps {
  const waits = new Map<string, Wait>();

  const step = (type: ForceStep["type"], { id, sn }: Ticket) => journal.append({ type, ticket: id, sn });
  function done(ticket: Ticket): void {
    waits.get(ticket.id)?.cancel();
    waits.delete(ticket.id);
  }
  function fail(ticket: Ticket, code: ForceFailure, detail: string | null): void {
    done(ticket);
    journal.append({ type: "force.failed", ticket: ticket.id, sn: ticket.sn, code, detail });
  }
  function wait(ticket: Ticket, session: string, ms: number, over: () => void): void {
    done(ticket);
    waits.set(ticket.id, { session, since: clock.monotonic(), cancel: clock.schedule(ms, over) });
  }
  function arm(ticket: Ticket): void {
    done(ticket);
    // Before it is armed: what the dog failed until now is no answer to this order.
    dogLine.liftPenalties(ticket.sn);
    step("force.armed", ticket);
  }
  function close(ticket: Ticket, session: string): void {
    step("force.closing", ticket);
    wait(ticket, session, OWNER_MS, () => {
      const now = fleet.ticket(ticket.id);
      if (now?.stage === "closing")
        fail(now, "owner_unreachable", "the gateway that holds the session did not close it");
    });
    dogLine.closeForced(ticket.sn);
  }
  function authenticate(ticket: Ticket, session: string): void {
    step("force.authenticated", ticket);
    wait(ticket, session, stableAfterMs, () => {
      const now = fleet.ticket(ticket.id);
      if (now) settle(now, session);
    });
  }
  function settle(ticket: Ticket, session: string): void {
    const current = fleet.get(ticket.sn)?.session;
    if (ticket.stage !== "authenticated" || current?.id !== session || current.silentSince !== null) return;
    done(ticket);
    step("force.stable", ticket);
  }

  return {
    start(id) {
      const ticket = fleet.ticket(id);
      if (!ticket || (ticket.stage !== "queued" && ticket.stage !== "requested")) return;
      if (!isTicketOpen(ticket, clock.now())) return;
      const dog = fleet.get(ticket.sn);
      if (!dog || dog.retired) {
        step("force.cancelled", ticket);
        return;
      }
      if (ticket.stage === "queued") step("force.started", ticket);
      if (dog.session === null) arm(ticket);
      else if (ticket.stage === "queued" && dog.session.since > ticket.requestedAt) {
        // It came back by itself while it waited for its turn: closing it again would only hurt.
        arm(ticket);
        authenticate(ticket, dog.session.id);
      } else close(ticket, dog.session.id);
    },
    connected(ticket, session) {
      switch (ticket.stage) {
        case "authenticated":
          if (waits.get(ticket.id)?.session === session) return;
          arm(ticket);
          authenticate(ticket, session);
          return;
        case "closing":
          arm(ticket);
          authenticate(ticket, session);
          return;
        case "armed":
        case "dialed":
          authenticate(ticket, session);
          return;
        case "requested":
        case "queued":
        case "stable":
        case "failed":
        case "cancelled":
          return;
      }
    },
    disconnected(ticket, event) {
      const waited = waits.get(ticket.id);
      if (waited?.session !== event.session) return;
      if (ticket.stage === "closing") arm(ticket);
      else if (ticket.stage !== "authenticated") return;
      else if (isOurs(event)) arm(ticket);
      else if (event.reason === "auth_failed") fail(ticket, "auth_failed", event.raw);
      else fail(ticket, "dropped_again", event.raw ?? event.reason);
    },
    refused(ticket, detail) {
      if (ticket.stage === "armed" || ticket.stage === "dialed") fail(ticket, "auth_failed", detail);
    },
    dialed(ticket) {
      if (ticket.stage === "armed") step("force.dialed", ticket);
    },
    steady(ticket, session, said) {
      const waited = waits.get(ticket.id);
      if (waited?.session !== session) return;
      if (said || clock.monotonic() - waited.since >= stableAfterMs) settle(ticket, session);
    },
    revoked: (ticket) => fail(ticket, "revoked", "the dog was retired"),
    recover(ticket) {
      if (ticket.stage === "requested") this.start(ticket.id);
      else if (ticket.stage === "closing" || ticket.stage === "authenticated") arm(ticket);
    },
    close() {
      for (const one of waits.values()) one.cancel();
      waits.clear();
    },
  };
}
