import { afterEach, describe, expect, it } from "vitest";
import type { DogFilter } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { CAUSE } from "#lib/testing/builders.ts";
import { startWorld, type World, type WorldOptions } from "#server/api/testing/api-harness.ts";
import { MemoryStore } from "#server/journal/memory-store.ts";

const origin = { actor: "ops", note: null };
const worlds: World[] = [];

async function world(options?: WorldOptions): Promise<World> {
  const made = await startWorld(options);
  worlds.push(made);
  return made;
}
async function forceOne({ force }: World, sn: string): Promise<string> {
  const { tickets } = await force.request([sn], origin);
  return tickets[0]?.ticket ?? "";
}
const statusOf = ({ force }: World, ticket: string) => force.ticket(ticket)?.status;

afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});

describe("one ticket", () => {
  it("G50: a connected dog goes closing, armed, authenticated, stable, each when it really happens", async () => {
    const w = await world();
    w.dogs.login("a");
    w.clock.advance(100_000);
    const ticket = await forceOne(w, "a");
    expect(w.dogs.closed).toEqual(["a"]);
    expect(statusOf(w, ticket)).toBe("armed");
    w.clock.advance(3_000);
    w.dogs.login("a");
    expect(statusOf(w, ticket)).toBe("authenticated");
    w.clock.advance(59_999);
    expect(statusOf(w, ticket)).toBe("authenticated");
    w.clock.advance(1);
    expect(statusOf(w, ticket)).toBe("stable");
    const told = w.force.ticket(ticket);
    expect(told?.closing_at).not.toBeNull();
    expect(told?.ended_at).not.toBeNull();
  });

  it("G50: an offline dog starts armed, its penalties lifted, and is authenticated by its own dial", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.drop("a");
    w.clock.advance(70_000);
    const ticket = await forceOne(w, "a");
    expect(statusOf(w, ticket)).toBe("armed");
    expect(w.dogs.closed).toEqual([]);
    expect(w.dogs.lifted).toEqual(["a"]);
    w.dogs.login("a");
    expect(statusOf(w, ticket)).toBe("authenticated");
    w.clock.advance(60_000);
    expect(statusOf(w, ticket)).toBe("stable");
  });

  it("G50: an armed dog whose own token was shown at a handshake is dialed; no other step is undone by it", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.drop("a");
    w.dogs.login("b");
    const ticket = await forceOne(w, "a");
    for (const sn of ["a", "a", "b", "stranger"]) w.force.dialed(sn);
    expect(statusOf(w, ticket)).toBe("dialed");
    expect(w.force.ticket(ticket)?.dialed_at).not.toBeNull();
    w.dogs.login("a");
    w.force.dialed("a");
    expect(statusOf(w, ticket)).toBe("authenticated");
    w.clock.advance(60_000);
    w.force.dialed("a");
    expect(statusOf(w, ticket)).toBe("stable");
  });

  it("G51: one open ticket per dog: a second request gets the first, marked existing", async () => {
    const w = await world();
    w.dogs.login("a");
    const [one, two] = await Promise.all([w.force.request(["a"], origin), w.force.request(["a"], origin)]);
    expect(two.tickets[0]).toMatchObject({ ticket: one.tickets[0]?.ticket, existing: true });
    expect(w.dogs.closed).toEqual(["a"]);
    expect(w.readModel.openTickets()).toHaveLength(1);
  });

  it("G52: a dog that never dials is expired, and its later login makes no success of it", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.drop("a");
    const ticket = await forceOne(w, "a");
    const left = Date.parse(w.force.ticket(ticket)?.deadline_at ?? "") - w.clock.now();
    w.clock.advance(left - 1);
    expect(statusOf(w, ticket)).toBe("armed");
    w.clock.advance(1);
    expect(statusOf(w, ticket)).toBe("expired");
    w.dogs.login("a");
    w.clock.advance(60_000);
    expect(statusOf(w, ticket)).toBe("expired");
    expect(w.force.ticket(ticket)?.authenticated_at).toBeNull();
  });

  it("G52: the deadline bounds the login, not the settling", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.drop("a");
    const ticket = await forceOne(w, "a");
    w.clock.advance(299_000);
    w.dogs.login("a");
    w.clock.advance(60_000);
    expect(statusOf(w, ticket)).toBe("stable");
  });

  it("G53: a drop while it settles fails it as dropped_again, with the error", async () => {
    const w = await world();
    w.dogs.login("a");
    const ticket = await forceOne(w, "a");
    w.dogs.login("a");
    w.clock.advance(30_000);
    w.dogs.drop("a");
    expect(w.force.ticket(ticket)).toMatchObject({
      status: "failed",
      failure: "dropped_again",
      last_error: "ECONNRESET",
    });
  });

  it.each([
    ["drain", CAUSE.drain],
    ["gateway_lost", { reason: "gateway_lost", raw: null, closeCode: null, initiator: "gateway" }],
    ["replacement", { reason: "session_replaced", raw: null, closeCode: 4500, initiator: "gateway" }],
  ] as const)("G54: ended by %s while it settles it is armed again and can still succeed", async (_name, cause) => {
    const w = await world();
    w.dogs.login("a");
    const ticket = await forceOne(w, "a");
    w.dogs.login("a");
    w.clock.advance(10_000);
    w.dogs.drop("a", cause);
    expect(statusOf(w, ticket)).toBe("armed");
    w.dogs.login("a");
    w.clock.advance(60_000);
    expect(statusOf(w, ticket)).toBe("stable");
  });

  it("G55: a refused login fails it as auth_failed", async () => {
    const w = await world();
    w.dogs.login("a");
    const ticket = await forceOne(w, "a");
    w.dogs.refuse("a");
    expect(w.force.ticket(ticket)).toMatchObject({ status: "failed", failure: "auth_failed" });
  });

  it("G55: what was refused before it was armed, and told only then, does not fail it", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.drop("a");
    w.dogs.liftPenalties = (sn) => w.dogs.refuse(sn);
    const ticket = await forceOne(w, "a");
    expect(statusOf(w, ticket)).toBe("armed");
    w.dogs.login("a");
    expect(statusOf(w, ticket)).toBe("authenticated");
  });

  it("G56: a gateway that does not close within 2 s fails it as owner_unreachable", async () => {
    const w = await world();
    w.dogs.login("a");
    w.dogs.deaf = true;
    const ticket = await forceOne(w, "a");
    expect(statusOf(w, ticket)).toBe("closing");
    w.clock.advance(2_000);
    expect(w.force.ticket(ticket)).toMatchObject({ status: "failed", failure: "owner_unreachable" });
  });

  it("G57: without a commit nothing is closed, nothing is open and the caller hears journal_unavailable", async () => {
    const store = new MemoryStore();
    const w = await world({ store });
    w.dogs.login("a");
    await w.journal.committed();
    store.failWith(new Error("disk full"));
    await expect(w.force.request(["a"], origin)).rejects.toMatchObject({ code: "journal_unavailable" });
    await expect(w.force.request(["a"], origin)).rejects.toBeInstanceOf(AppError);
    expect(w.dogs.closed).toEqual([]);
    expect(w.readModel.openTickets()).toEqual([]);
    store.failWith(undefined);
  });

  it("G57: a dog is closed only after the request is committed", async () => {
    const store = new MemoryStore();
    const w = await world({ store });
    w.dogs.login("a");
    await w.journal.committed();
    store.hold();
    const asked = w.force.request(["a"], origin);
    await Promise.resolve();
    expect(w.dogs.closed).toEqual([]);
    store.release();
    await asked;
    expect(w.dogs.closed).toEqual(["a"]);
  });

  it("G57: an unknown dog is an error, not a ticket", async () => {
    const w = await world();
    w.dogs.login("a");
    const { tickets, errors } = await w.force.request(["a", "nobody"], origin);
    expect(tickets.map(({ client_id }) => client_id)).toEqual(["a"]);
    expect(errors).toEqual([{ client_id: "nobody", code: "not_found" }]);
  });
});

describe("batches", () => {
  const everybody: DogFilter = { state: ["connected", "settling", "reconnecting"] };
  async function fleetOf(count: number, options?: WorldOptions): Promise<World> {
    const w = await world(options);
    for (let i = 0; i < count; i++) w.dogs.login(`dog-${String(i).padStart(4, "0")}`);
    return w;
  }
  const statuses = ({ force }: World, batch: string) => force.list({ batch }).batch?.by_status;

  it("G58: a count that moved by more than 5 % is a conflict and changes nothing", async () => {
    const w = await fleetOf(100);
    await expect(w.force.requestMatching(everybody, 106, origin)).rejects.toMatchObject({ code: "conflict" });
    await expect(w.force.requestMatching(everybody, 94, origin)).rejects.toMatchObject({ code: "conflict" });
    expect(w.readModel.openTickets()).toEqual([]);
    expect(await w.force.requestMatching(everybody, 105, origin)).toMatchObject({ total: 100 });
  });

  it("G58: a filter that names no state means the dogs in an outage, never those that are well", async () => {
    const w = await fleetOf(10);
    w.dogs.drop("dog-0003");
    await expect(w.force.requestMatching({}, 10, origin)).rejects.toMatchObject({ code: "conflict" });
    expect(await w.force.requestMatching({}, 1, origin)).toMatchObject({ total: 1 });
    expect(w.dogs.closed).toEqual([]);
  });

  it("G59: closes are paced, the rest is queued and says so", async () => {
    const w = await fleetOf(200, { ratePerSecond: 50 });
    const { batch } = await w.force.requestMatching(everybody, 200, origin);
    expect(w.dogs.closed.length).toBeLessThanOrEqual(2);
    expect(statuses(w, batch)?.queued).toBeGreaterThanOrEqual(198);
    let before = w.dogs.closed.length;
    for (let second = 0; second < 3; second++) {
      w.clock.advance(1_000);
      expect(w.dogs.closed.length - before).toBeLessThanOrEqual(51);
      expect(w.dogs.closed.length - before).toBeGreaterThanOrEqual(49);
      before = w.dogs.closed.length;
    }
    w.clock.advance(2_000);
    expect(w.dogs.closed).toHaveLength(200);
    expect(statuses(w, batch)).toEqual({ armed: 200 });
  });

  it("G60: stopping cancels what is queued and leaves what was started", async () => {
    const w = await fleetOf(200);
    const { batch } = await w.force.requestMatching(everybody, 200, origin);
    w.clock.advance(1_000);
    const started = w.dogs.closed.length;
    const { cancelled } = await w.force.stop(batch, "ops");
    expect(cancelled).toBe(200 - started);
    w.clock.advance(10_000);
    expect(w.dogs.closed).toHaveLength(started);
    expect(statuses(w, batch)).toEqual({ armed: started, cancelled });
    expect(w.force.list({ batch }).batch?.stopped).toBe(true);
  });

  it("G61: a dog that came back by itself while queued is not closed again", async () => {
    const w = await fleetOf(3, { ratePerSecond: 1 });
    w.dogs.drop("dog-0002");
    const { batch } = await w.force.requestMatching(everybody, 3, origin);
    w.clock.advance(100);
    w.dogs.login("dog-0002");
    w.clock.advance(5_000);
    expect(w.dogs.closed).toEqual(["dog-0000", "dog-0001"]);
    expect(statuses(w, batch)).toEqual({ armed: 2, authenticated: 1 });
  });

  it("G62: after a restart the queued tickets of an open batch go on, those of a stopped one are cancelled", async () => {
    const store = new MemoryStore();
    const first = await fleetOf(20, { store, ratePerSecond: 2 });
    const { batch } = await first.force.requestMatching(everybody, 20, origin);
    first.clock.advance(2_000);
    const begun = first.dogs.closed.length;
    await first.journal.committed();
    first.force.close();
    first.readModel.close();
    worlds.splice(worlds.indexOf(first), 1);
    first.cleanup.close();
    const second = await world({ store, clock: first.clock, ratePerSecond: 2 });
    second.clock.advance(30_000);
    expect(begun).toBeLessThan(20);
    expect(second.dogs.closed).toEqual([]);
    expect(statuses(second, batch)).toEqual({ armed: 20 });
  });
});
