import { afterEach, describe, expect, it } from "vitest";
import { dogDetail } from "#lib/contracts/dogs.ts";
import { fleetSummary } from "#lib/contracts/fleet.ts";
import { CAUSE } from "#lib/testing/builders.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { startWorld, type World, type WorldOptions } from "#server/api/testing/api-harness.ts";
import { MemoryStore } from "#server/journal/memory-store.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});
async function world(options?: WorldOptions): Promise<World> {
  const made = await startWorld(options);
  worlds.push(made);
  return made;
}

describe("the seed's status", () => {
  it("G74: a connected dog has no retry and no reason", async () => {
    const { dogs, readModel } = await world();
    dogs.login("a");
    expect(readModel.status("a")).toEqual({
      client_id: "a",
      is_connected: true,
      reconnection_attempts: 0,
      next_retry_time: null,
      time_until_retry: null,
      failure_reason: null,
      current_delay: null,
    });
  });

  it("G74: a dog in backoff has whole seconds rounded up, a Go duration and the seed's label", async () => {
    const { dogs, readModel, clock } = await world();
    dogs.login("a");
    clock.advance(90_000);
    dogs.drop("a", CAUSE.timeout);
    clock.advance(10_500);
    const status = readModel.status("a");
    expect(status).toMatchObject({ is_connected: false, failure_reason: "网络超时" });
    expect(status?.current_delay).toMatch(/^(\d+m)?\d+s$/);
    expect(status?.time_until_retry).toMatch(/^\d+s$/);
    expect(status?.next_retry_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("G74: a dog that is back keeps attempts at 0, and its row tells the dials its outage took until it is stable", async () => {
    const { dogs, readModel, clock } = await world();
    dogs.login("a");
    clock.advance(90_000);
    dogs.drop("a", CAUSE.timeout);
    clock.advance(10_500);
    dogs.login("a");
    const row = dogDetail.parse(await readModel.detail("a")).row;
    expect(row).toMatchObject({ state: "settling", reconnection_attempts: 0, dials: 4 });
  });

  it("G74: a dog never seen or retired has none; one that said goodbye is offline with its label", async () => {
    const { dogs, readModel, journal } = await world();
    expect(readModel.status("nobody")).toBeUndefined();
    dogs.login("a");
    dogs.drop("a", CAUSE.goodbye);
    expect(readModel.status("a")).toMatchObject({
      is_connected: false,
      failure_reason: "正常关闭",
      next_retry_time: null,
    });
    journal.append({ type: "dog.retired", sn: "a", actor: "ops", note: null });
    expect(readModel.status("a")).toBeUndefined();
  });
});

describe("retired dogs", () => {
  it("G118: they are told after a restart too, until one is back", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const before = await world({ clock, store });
    for (const sn of ["a", "b", "c"]) before.dogs.login(sn);
    for (const sn of ["a", "c"]) before.journal.append({ type: "dog.retired", sn, actor: "ops", note: null });
    before.dogs.login("c");
    expect([...before.readModel.retired()]).toEqual(["a"]);
    await before.journal.committed();
    const { readModel } = await world({ clock, store });
    expect([...readModel.retired()]).toEqual(["a"]);
  });
});

describe("the fleet in numbers", () => {
  it("G75: the states are disjoint and add up, and the last hour counts each outage once", async () => {
    const w = await world();
    for (const sn of ["a", "b", "c", "d"]) w.dogs.login(sn);
    w.clock.advance(100_000);
    w.dogs.drop("a");
    w.dogs.drop("b");
    w.dogs.drop("c", CAUSE.goodbye);
    w.clock.advance(10_000);
    w.dogs.login("a");
    w.clock.advance(60_000);
    const summary = fleetSummary.parse(w.readModel.summary());
    expect(summary).toMatchObject({ known: 4, connected: 2, reconnecting: 1, offline: 1, settling: 0 });
    expect(summary.by_reason).toEqual({ peer_reset: 1 });
    expect(summary.last_hour).toMatchObject({ outages: 2, recovered: 1, open: 1, gave_up: 0 });
    expect(summary.last_hour.recover_ms.p50).toBeGreaterThan(9_000);
    expect(summary.next_give_up.count).toBe(1);
    expect(summary.gateways).toMatchObject([{ name: "gw-1", up: true, sessions: 2 }]);
  });

  it("G75: a dog past its earliest end still counts among those that may give up, from now on", async () => {
    const { dogs, readModel, clock } = await world();
    dogs.login("a");
    clock.advance(90_000);
    dogs.drop("a");
    clock.advance(604_000);
    const at = new Date(clock.now()).toISOString();
    expect(readModel.status("a")).toMatchObject({ is_connected: false, time_until_retry: "0s" });
    expect(readModel.summary().next_give_up).toEqual({ count: 1, earliest: at, latest: at });
    clock.advance(161_000);
    expect(readModel.summary()).toMatchObject({ gave_up: 1, next_give_up: { count: 0, earliest: null } });
  });

  it("G76: what a gateway was down is marked in every window it reaches into, and its dogs count as out", async () => {
    const store = new MemoryStore();
    const first = await world({ store });
    for (const sn of ["a", "b"]) first.dogs.login(sn);
    first.clock.advance(60_000);
    await first.journal.committed();
    first.readModel.close();
    const downSince = first.clock.now();
    first.clock.advance(600_000);
    const second = await world({ store, clock: first.clock });
    second.clock.advance(60_000);
    const now = second.clock.now();
    const marks = (from: number, to: number) => second.readModel.liveStats(from, to).marks;
    expect(marks(now - 900_000, now)).toMatchObject([{ kind: "gateway_down", name: null, dogs: 2 }]);
    expect(marks(downSince + 60_000, now)).toMatchObject([{ at: new Date(downSince + 60_000).toISOString() }]);
    expect(marks(now - 30_000, now)).toEqual([]);
    expect(second.readModel.summary()).toMatchObject({ connected: 0, reconnecting: 2 });
  });

  it("G77: a site that drops together is one incident", async () => {
    const w = await world();
    for (let i = 0; i < 40; i++) w.dogs.login(`d${i}`, { labels: { site: i < 20 ? "north" : "south" } });
    w.clock.advance(100_000);
    for (let i = 0; i < 15; i++) w.dogs.drop(`d${i}`);
    w.clock.advance(5_000);
    const incident = { kind: "site", name: "north", lost: 15, of: 20, out: 15 };
    const givesUp = w.page({ sort: "gives_up_at" }).items[0]?.gives_up_at?.[0];
    expect(w.readModel.summary().incident).toMatchObject({ ...incident, gives_up_from: givesUp });
    const { marks } = w.readModel.liveStats(w.clock.now() - 900_000, w.clock.now());
    expect(marks).toMatchObject([{ kind: "site_dropped", name: "north", dogs: 15 }]);
  });

  it("G78: a dog's page has its ladder, timeline, tickets and what the sockets say", async () => {
    const w = await world();
    w.readModel.attachLive({ rttOf: () => [{ at: w.clock.now(), ms: 12 }], liveSockets: () => 2 });
    w.dogs.login("a");
    w.clock.advance(100_000);
    w.dogs.drop("a");
    await w.force.request(["a"], { actor: "ops", note: "look" });
    w.clock.advance(30_000);
    const detail = dogDetail.parse(await w.readModel.detail("a"));
    expect(detail.row).toMatchObject({ state: "reconnecting", duplicate: true });
    expect(detail.outage?.ladder.filter(({ status }) => status === "waiting")).toHaveLength(1);
    expect(detail.timeline.spans.map(({ state }) => state)).toEqual(["unknown", "connected", "waiting"]);
    expect(detail.tickets).toMatchObject([{ status: "armed", note: "look", actor: "ops" }]);
    expect(detail).toMatchObject({ live_sockets: 2, rtt_summary: { p50: 12, p95: 12 } });
    expect(await w.readModel.detail("nobody")).toBeUndefined();
  });

  it("G78: the page of a dog that dropped before its window knows it was out when that began", async () => {
    const w = await world();
    w.dogs.login("a");
    w.clock.advance(60_000);
    w.dogs.drop("a");
    w.clock.advance(86_400_000);
    w.dogs.login("a");
    w.clock.advance(30_000);
    const { timeline, stability } = dogDetail.parse(await w.readModel.detail("a"));
    expect(timeline.spans.map(({ state }) => state)).toEqual(["waiting", "gave_up", "settling"]);
    expect(timeline.marks.map(({ kind }) => kind)).toEqual(["login"]);
    expect(stability).toMatchObject({ outages: 0, gave_up: 1, unknown_ms: 0 });
    expect(stability.availability).toBeLessThan(0.01);
  });

  it("G78: the page of a dog too restless for what is folded begins with the first event kept", async () => {
    const w = await world();
    for (let i = 0; i < 1_050; i++) {
      w.clock.advance(60_000);
      w.dogs.login("a");
      w.clock.advance(1_000);
      w.dogs.drop("a");
    }
    const { timeline, stability, as_of } = dogDetail.parse(await w.readModel.detail("a"));
    const since = Date.parse(timeline.from);
    expect([timeline.spans[0]?.from, timeline.spans.at(-1)?.to]).toEqual([timeline.from, as_of]);
    expect(since).toBeGreaterThan(Date.parse(as_of) - 86_400_000);
    expect(stability).toMatchObject({ from: timeline.from, unknown_ms: 0, watched_ms: w.clock.now() - since });
    expect(timeline.marks).toHaveLength(1_000);
    expect(stability).toMatchObject({ flaps: 1_000 });
  });

  it("G78: whoever asks for a dog's page within a second shares what is folded, unless something happened", async () => {
    const w = await world();
    w.dogs.login("a");
    w.clock.advance(100_000);
    const first = await w.readModel.detail("a");
    w.clock.advance(500);
    const second = await w.readModel.detail("a");
    expect(second?.timeline).toBe(first?.timeline);
    w.dogs.drop("a");
    w.clock.advance(200);
    expect((await w.readModel.detail("a"))?.timeline.spans.at(-1)?.state).toBe("waiting");
  });

  it("G79: changes are told once a turn, those that time made included", async () => {
    const w = await world();
    const told: string[][] = [];
    w.readModel.onChange(({ touched }) => told.push([...touched].sort()));
    for (const sn of ["a", "b"]) w.dogs.login(sn);
    await Promise.resolve();
    expect(told).toEqual([["a", "b"]]);
    w.dogs.drop("a");
    await Promise.resolve();
    w.clock.advance(1_200);
    await Promise.resolve();
    expect(told.slice(1)).toEqual([["a"], ["a"]]);
  });

  it("G80: a login ends an outage unless it answers a forced close in time", async () => {
    const w = await world();
    expect(w.readModel.endsOutage("a")).toBe(false);
    w.dogs.login("a");
    w.dogs.drop("a", CAUSE.forced);
    w.clock.advance(58_000);
    expect(w.readModel.endsOutage("a")).toBe(false);
    w.clock.advance(2_000);
    expect(w.readModel.endsOutage("a")).toBe(true);
    expect(w.readModel.isKnown("a")).toBe(true);
    expect(w.readModel.isKnown("b")).toBe(false);
  });
});
