import { expect, it } from "vitest";
import { CAUSE, EventLog, ourSchedule, T0 } from "#lib/testing/builders.ts";
import { FleetState } from "./fleet-state.ts";
import { ticketStatus } from "./ticket.ts";
import { viewDog } from "./view.ts";

function fleet(log: EventLog): FleetState {
  const state = new FleetState();
  for (const event of log.events) state.ingest(event);
  return state;
}

function view(log: EventLog, now = log.now, sn = "dog-1") {
  const dog = fleet(log).get(sn);
  if (dog === undefined) throw new Error(`no ${sn}`);
  return viewDog(dog, now);
}

const nothing = { attempts: 0, nextRetryAt: null, currentDelayMs: null, givesUpAt: null, estimated: false };

it("R23: connected and silent dogs are not in active and have no reason", () => {
  const log = new EventLog();
  const { session } = log.connected();
  expect(view(log)).toMatchObject({
    state: "connected",
    inActive: false,
    isConnected: true,
    reason: null,
    since: T0,
    ...nothing,
  });
  log.after(45_000).silent("dog-1", session, T0);
  expect(view(log)).toMatchObject({ state: "silent", inActive: false, isConnected: true, reason: null, ...nothing });
  log.append({ type: "dog.heard", sn: "dog-1", session });
  expect(view(log).state).toBe("connected");
});

it("R23: a settling dog is in active, connected, without a reason, but its row keeps it until dog.stable", () => {
  const log = new EventLog();
  const { session } = log.connected();
  log.after(90_000).disconnected("dog-1", session);
  const login = log.after(1_500).connected();
  expect(view(log)).toMatchObject({
    state: "settling",
    inActive: true,
    isConnected: true,
    reason: null,
    rowReason: "peer_reset",
    since: T0 + 90_000,
    stableAt: login.at + 60_000,
    ...nothing,
  });
  log.after(60_000).stable("dog-1", login.session);
  expect(view(log)).toMatchObject({ state: "connected", rowReason: null, since: login.at, stableAt: null });
});

it("R23: a seed dog out is reconnecting with its attempt, then gave up", () => {
  const log = new EventLog();
  const { session } = log.connected();
  log.after(90_000).disconnected("dog-1", session);
  const dropped = log.now;
  expect(view(log, dropped + 3_000)).toMatchObject({
    state: "reconnecting",
    inActive: true,
    isConnected: false,
    attempts: 2,
    currentDelayMs: 4_000,
    nextRetryAt: dropped + 7_000,
    reason: "peer_reset",
    category: "network",
    strategy: "exponential_backoff",
    maxRetries: 15,
    estimated: true,
  });
  expect(view(log, dropped + 763_000)).toMatchObject({
    state: "gave_up",
    inActive: true,
    attempts: 15,
    nextRetryAt: null,
    currentDelayMs: null,
    reason: "peer_reset",
  });
});

it("R23: a leash dog past its last dial is probing: all attempts, an estimate, 5 min", () => {
  const log = new EventLog();
  const { session } = log.connected("dog-1", { schedule: ourSchedule });
  log.after(90_000).disconnected("dog-1", session);
  const now = log.now + 3_600_000;
  const probing = view(log, now);
  expect(probing).toMatchObject({
    state: "probing",
    inActive: true,
    attempts: 10,
    currentDelayMs: 300_000,
    givesUpAt: null,
  });
  expect(probing.nextRetryAt ?? 0).toBeGreaterThan(now);
});

it("R23: a dog that said goodbye is offline and keeps its last label", () => {
  const log = new EventLog();
  const { session } = log.connected();
  log.after(90_000).disconnected("dog-1", session, CAUSE.goodbye);
  expect(view(log)).toMatchObject({
    state: "offline",
    inActive: false,
    isConnected: false,
    reason: "normal_closure",
    ...nothing,
  });
});

it("R24: a ticket expires at its deadline unless the dog signed in, and nothing comes after its end", () => {
  const log = new EventLog();
  const { session } = log.connected();
  log.forced("dog-1", "t1", { deadlineMs: 10_000 });
  log.forceStep("force.closing", "dog-1", "t1");
  log.disconnected("dog-1", session, CAUSE.forced);
  log.forceStep("force.armed", "dog-1", "t1");
  log.refused("dog-1", { raw: "token expired" });
  const state = fleet(log);
  const ticket = state.ticket("t1");
  if (ticket === undefined) throw new Error("no ticket");
  const deadline = ticket.deadlineAt ?? 0;
  expect(ticketStatus(ticket, deadline - 1)).toBe("armed");
  expect(ticketStatus(ticket, deadline)).toBe("expired");
  expect(ticket.lastError).toBe("token expired");
  expect(view(log, deadline).ticket).toMatchObject({ status: "expired", endedAt: deadline });
  expect(view(log, deadline + 300_000).ticket).toBeNull();
  log.after(60_000).forceStep("force.authenticated", "dog-1", "t1");
  log.forceStep("force.stable", "dog-1", "t1");
  expect(view(log).ticket).toMatchObject({ status: "expired" });
});

it("R24: a batch keeps its tickets; a queued one has no deadline until its turn comes", () => {
  const log = new EventLog();
  log.connected("a");
  log.connected("b");
  log.append({ type: "force.batch", batch: "b1", total: 2, actor: "ops", note: "lost site" });
  log.forced("a", "t1", { batch: "b1", queued: true });
  log.forced("b", "t2", { batch: "b1", queued: true });
  expect(fleet(log).batch("b1")).toMatchObject({
    total: 2,
    stopped: false,
    tickets: [{ id: "t1" }, { id: "t2", deadlineAt: null }],
  });
  const turn = log.after(3_600_000).forceStep("force.started", "a", "t1");
  log.append({ type: "force.batch_stopped", batch: "b1", actor: "ops" });
  log.forceStep("force.cancelled", "b", "t2");
  const state = fleet(log);
  expect(state.batch("b1")).toMatchObject({ stopped: true, tickets: [{ stage: "requested" }, { stage: "cancelled" }] });
  expect(state.openTickets().map((ticket) => ticket.id)).toEqual(["t1"]);
  expect(state.ticket("t1")?.deadlineAt).toBe(turn.at + 300_000);
});
