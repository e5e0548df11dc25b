import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { fleetOptions } from "#lib/fleet/fleet-options.ts";
import { DAY_MS, HOUR_MS } from "#lib/history/rollup.ts";
import { CAUSE, EventLog, T0 } from "#lib/testing/builders.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { startWorld, type World } from "#server/api/testing/api-harness.ts";
import type { OutageRead } from "#server/journal/archive.ts";
import { outage } from "#server/testing/derived-samples.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { eventPage, outagePage } from "./exports.ts";
import type { Range } from "./fleet-history.ts";
import { leastStableOf, leastStableRange } from "./least-stable.ts";
import { timelineOf } from "./timeline.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});
const iso = (at: number) => new Date(at).toISOString();

/** Outages of an archive in memory. */
class OutageArchive extends MemoryArchive {
  readonly kept;
  constructor(events: readonly FleetEvent[], kept: readonly ReturnType<typeof outage>[]) {
    super(events);
    this.kept = [...kept].sort((a, b) => a.startedAt - b.startedAt || (a.sn < b.sn ? -1 : 1));
  }
  override outages = (async ({ from = 0, to = Number.POSITIVE_INFINITY, sn, reason, after, limit }: OutageRead) =>
    this.kept
      .filter((row) => row.startedAt >= from && row.startedAt < to && (sn ?? row.sn) === row.sn)
      .filter((row) => (reason ?? row.reason) === row.reason)
      .filter(
        (row) => !after || row.startedAt > after.startedAt || (row.startedAt === after.startedAt && row.sn > after.sn),
      )
      .slice(0, limit)) as MemoryArchive["outages"];
}

const sources = (archive: MemoryArchive) => ({ archive, clock: new FakeClock(), options: fleetOptions({}) });
const timeline = (archive: MemoryArchive, sn: string, range: Range) => timelineOf(sources(archive), sn, range);

async function eventsOf(world: World): Promise<FleetEvent[]> {
  const events: FleetEvent[] = [];
  await world.journal.committed();
  await world.journal.replay((batch) => void events.push(...batch));
  return events;
}

describe("a dog's timeline", () => {
  it("G168: over the last day it is what the dog's page tells", async () => {
    const w = await startWorld();
    worlds.push(w);
    w.dogs.login("a");
    w.clock.advance(3 * HOUR_MS);
    w.dogs.drop("a", CAUSE.timeout);
    w.clock.advance(130_000);
    w.dogs.login("a");
    w.clock.advance(20_000);
    w.dogs.drop("a");
    w.clock.advance(5_000);
    w.dogs.login("a");
    w.clock.advance(25 * HOUR_MS);
    w.dogs.drop("a", CAUSE.goodbye);
    w.clock.advance(HOUR_MS);
    const detail = await w.readModel.detail("a");
    const to = w.clock.now();
    const told = await timeline(new MemoryArchive(await eventsOf(w)), "a", { from: to - DAY_MS, to });
    expect(told).toMatchObject({ timeline: detail?.timeline, stability: detail?.stability });
    const early = await timeline(new MemoryArchive(await eventsOf(w)), "a", { from: to - 30 * HOUR_MS, to });
    expect(early?.stability).toMatchObject({ outages: 1, flaps: 1 });
    expect(early?.timeline.spans.map(({ state }) => state)).toEqual([
      "unknown",
      "connected",
      "waiting",
      "settling",
      "waiting",
      "settling",
      "connected",
      "offline",
    ]);
  });

  it("G168: a login a hundred days ago tells what the dog is in a window without events", async () => {
    const log = new EventLog();
    log.started();
    log.connected("a");
    const from = log.now + 100 * DAY_MS;
    const told = await timeline(new MemoryArchive(log.events), "a", { from, to: from + HOUR_MS });
    expect(told?.timeline.spans).toEqual([{ from: iso(from), to: iso(from + HOUR_MS), state: "connected" }]);
    expect(told?.stability).toMatchObject({ watched_ms: HOUR_MS, availability: 1 });
  });

  it("G168: a dog nobody had seen by then is none; one whose logins are no longer kept is told as far as it is known", async () => {
    const log = new EventLog();
    log.started();
    const login = log.after(HOUR_MS).connected("a");
    const end = log.after(HOUR_MS).disconnected("a", login.session);
    const archive = new MemoryArchive(log.events);
    expect(await timeline(archive, "a", { from: T0, to: login.at - 1 })).toBeUndefined();
    expect(await timeline(archive, "nobody", { from: T0, to: log.now })).toBeUndefined();
    const left = new MemoryArchive(log.events.filter((event) => event !== login));
    const told = await timeline(left, "a", { from: end.at + 60_000, to: end.at + 120_000 });
    expect(told?.timeline.spans.map(({ state }) => state)).toEqual(["waiting"]);
  });

  it("G168: time nobody watched is unknown, also where the gateway came back after the window", async () => {
    const log = new EventLog();
    log.started();
    log.connected("a");
    const aliveUntil = log.after(HOUR_MS).now;
    const next = new EventLog(aliveUntil + HOUR_MS, "018bcfe5-6800-7000-8000-000000000002");
    next.started("gw-1", { epoch: log.epoch, aliveUntil, clean: false });
    const archive = new MemoryArchive([...log.events, ...next.events]);
    const window = { from: aliveUntil - 60_000, to: aliveUntil + 60_000 };
    const told = await timeline(archive, "a", window);
    expect(told?.timeline.spans).toEqual([
      { from: iso(window.from), to: iso(aliveUntil), state: "connected" },
      { from: iso(aliveUntil), to: iso(window.to), state: "unknown" },
    ]);
    expect(told?.stability).toMatchObject({ watched_ms: 60_000, unknown_ms: 60_000, availability: 1 });
  });

  it("G168: of a dog more restless than what is folded it begins with the first event kept, and counts from there", async () => {
    const log = new EventLog();
    log.started();
    for (let i = 0; i < 700; i++) {
      const { session } = log.after(5_000).connected("a");
      log.after(60_000).stable("a", session);
      log.after(1_000).disconnected("a", session);
    }
    const window = { from: T0, to: log.now };
    const archive = new MemoryArchive(log.events);
    const own = log.events.filter((event) => "sn" in event);
    const whole = await timelineOf(sources(archive), "a", window);
    expect(whole?.stability).toMatchObject({ outages: 700, unknown_ms: 5_000 });
    const cut = await timelineOf({ ...sources(archive), mostEvents: 900 }, "a", window);
    const from = own.at(-900)?.at ?? 0;
    expect([cut?.timeline.from, cut?.timeline.spans[0]?.from, cut?.stability.from]).toEqual(Array(3).fill(iso(from)));
    expect(cut).toEqual(await timelineOf(sources(archive), "a", { ...window, from }));
    expect(cut?.stability).toMatchObject({ outages: 300, unknown_ms: 0, watched_ms: window.to - from });
    const { availability = null } = whole?.stability ?? {};
    expect(cut?.stability.availability).toBeCloseTo(availability ?? 0, 2);
  });

  it("G168: however many changes there were, what is told of them covers the window", async () => {
    const log = new EventLog();
    log.started();
    for (let i = 0; i < 1_200; i++) {
      const { session } = log.after(5_000).connected("a");
      log.after(60_000).disconnected("a", session);
    }
    const told = await timeline(new MemoryArchive(log.events), "a", { from: T0, to: log.now });
    const spans = told?.timeline.spans ?? [];
    expect(spans.length).toBeLessThanOrEqual(2_000);
    const ends = [iso(T0), ...spans.map(({ to }) => to)];
    expect(spans.map(({ from }) => from)).toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(iso(log.now));
  });

  it("G168: what a dog was before a window without events is asked for once, however long ago", async () => {
    const log = new EventLog();
    log.started();
    log.connected("a");
    for (let i = 0; i < 300; i++) {
      log.after(HOUR_MS).silent("a", `${log.epoch}.1`, log.now - 45_000);
      log.append({ type: "dog.heard", sn: "a", session: `${log.epoch}.1` });
    }
    const archive = new MemoryArchive(log.events);
    const from = log.now + 100 * DAY_MS;
    await timeline(archive, "a", { from, to: from + HOUR_MS });
    // The window, what was before it, and who watched.
    expect(archive.calls.events).toBe(3);
  });

  it("G168: its outages come newest first, the last 500 and how many there were", async () => {
    const log = new EventLog();
    log.connected("a");
    const rows = Array.from({ length: 1_200 }, (_, i) => outage("a", T0 + 1 + i));
    const archive = new OutageArchive(log.events, [...rows, outage("b", T0 + 5)]);
    const told = await timeline(archive, "a", { from: T0, to: T0 + HOUR_MS });
    expect(told?.outages).toHaveLength(500);
    expect(told?.outages_total).toBe(1_200);
    expect(told?.outages[0]).toMatchObject({ client_id: "a", since: iso(T0 + 1_200), app_id: "inspection" });
  });
});

describe("exports", () => {
  async function all<T, K>(read: (after: K | null) => Promise<{ items: readonly T[]; next: K | null }>) {
    const pages: (readonly T[])[] = [];
    for (let after: K | null = null; ; ) {
      const { items, next }: { items: readonly T[]; next: K | null } = await read(after);
      pages.push(items);
      if (next === null) return pages;
      after = next;
    }
  }

  it("G169: outages of a window, a dog or a reason come in pages, each once, oldest first", async () => {
    const rows = Array.from({ length: 1_234 }, (_, i) => outage(`dog-${i % 7}`, T0 + Math.floor(i / 7)));
    const archive = new OutageArchive([], rows);
    const pages = await all((after) => outagePage(archive, {}, after as never));
    expect(pages.map((page) => page.length)).toEqual([500, 500, 234]);
    const keys = pages.flat().map(({ since, client_id }) => `${since} ${client_id}`);
    expect(new Set(keys).size).toBe(1_234);
    expect(keys).toEqual([...keys].sort());
    const own = await all((after) => outagePage(archive, { sn: "dog-3", from: T0 + 10, to: T0 + 20 }, after as never));
    expect(own.flat().map(({ since }) => since)).toEqual(Array.from({ length: 10 }, (_, i) => iso(T0 + 10 + i)));
  });

  it("G169: events come in pages; of one dog, a login tells which outage it ended", async () => {
    const log = new EventLog();
    log.started();
    for (let i = 0; i < 600; i++) log.after(10).connected(`dog-${i}`);
    const first = log.after(1_000).connected("a");
    const drop = log.after(90_000).disconnected("a", first.session);
    const back = log.after(8_000).connected("a");
    const kept = outage("a", drop.at, { endedAt: back.at, outcome: "recovered", dials: 4 });
    const archive = new OutageArchive(log.events, [kept]);
    const pages = await all((after) => eventPage(archive, {}, after as never));
    expect(pages.map((page) => page.length)).toEqual([500, 104]);
    expect(pages.flat().map(({ at }) => at)).toEqual(log.events.map(({ at }) => iso(at)));
    const [own = []] = await all((after) => eventPage(archive, { sn: "a", from: drop.at }, after as never));
    expect(own).toMatchObject([
      { type: "dog.disconnected", dials: null },
      { type: "dog.connected", dials: 4, outage_ms: back.at - drop.at },
    ]);
  });

  it("G169: however often a dog drops, each login of every page tells which outage it ended", async () => {
    const log = new EventLog();
    log.started();
    let { session } = log.after(1_000).connected("a");
    const kept = Array.from({ length: 3_000 }, (_, n) => {
      const drop = log.after(n === 2_500 ? 3 * DAY_MS : 50_000).disconnected("a", session);
      const back = log.after(n === 2_400 ? 20 * DAY_MS : 8_000).connected("a");
      session = back.session;
      return outage("a", drop.at, { endedAt: back.at, outcome: "recovered", dials: (n % 5) + 1 });
    });
    const archive = new OutageArchive(log.events, kept);
    const pages = await all((after) => eventPage(archive, { sn: "a" }, after as never));
    const logins = pages.flat().filter(({ type }) => type === "dog.connected");
    const told = logins.slice(1).map(({ dials, outage_ms }) => ({ dials, outage_ms }));
    const expected = kept.map(({ dials, startedAt, endedAt }) => ({ dials, outage_ms: (endedAt ?? 0) - startedAt }));
    expect(told).toEqual(expected);
  });
});

describe("the least stable dogs", () => {
  const sums = { sn: "a", outages: 3, gaveUp: 1, recovered: 2, recoverMs: 9_000, flaps: 5 };

  it("G155: a long window is told by whole days, a short one from outages and the flaps of its events", async () => {
    const log = new EventLog();
    log.started();
    const one = log.connected("a");
    log.after(10_000).disconnected("a", one.session);
    const asked: Range[] = [];
    const archive = new MemoryArchive(log.events);
    archive.leastStable = (async (range: Range) => {
      asked.push(range);
      return [sums];
    }) as never;
    archive.leastStableOf = (async () => [{ ...sums, flaps: 0 }]) as never;
    const to = T0 + 5 * DAY_MS;
    const long = { from: T0, to };
    expect(await leastStableOf(sources(archive), { ...long, limit: 9 })).toEqual([
      { client_id: "a", outages: 3, recovered: 2, gave_up: 1, flaps: 5, mean_recover_ms: 4_500 },
    ]);
    expect(asked).toEqual([{ from: Math.floor(T0 / DAY_MS) * DAY_MS, to, limit: 9 }]);
    const later = to + 7 * DAY_MS;
    const told = leastStableRange({ from: T0, to: to + HOUR_MS }, later);
    expect(told).toEqual({ from: Math.floor(T0 / DAY_MS) * DAY_MS, to: Math.ceil((to + HOUR_MS) / DAY_MS) * DAY_MS });
    expect(leastStableRange(told, later)).toEqual(told);
    expect(leastStableRange(long, to).to).toBe(to);
    const [short] = await leastStableOf(sources(archive), { from: T0, to: T0 + HOUR_MS, limit: 9 });
    expect(short).toMatchObject({ outages: 3, flaps: 1 });
  });

  it("G155: flaps are those the dog's timeline counts, whatever the window", () =>
    fc.assert(
      fc.asyncProperty(anyJournal, fc.nat(3_000_000), fc.nat(3_000_000), async (events, before, length) => {
        const from = endOf(events) - before;
        const to = from + length;
        const archive = new MemoryArchive(events);
        for (const sn of ["a", "b", "c"]) {
          if (events.find((event) => "sn" in event && event.sn === sn)?.type !== "dog.connected") continue;
          archive.leastStableOf = (async () => [{ ...sums, sn }]) as never;
          const [least] = await leastStableOf(sources(archive), { from, to, limit: 1 });
          const told = await timeline(archive, sn, { from, to: to - 1 });
          expect(least?.flaps).toBe(told?.stability.flaps ?? 0);
        }
      }),
      { numRuns: 60 },
    ));

  it("G155: flaps are not told where the events of the window are not kept any more", async () => {
    const log = new EventLog();
    log.started();
    const { session } = log.after(HOUR_MS).connected("a");
    const drop = log.after(10_000).disconnected("a", session);
    log.after(60_000).connected("a");
    const flapsOver = async (kept: (event: FleetEvent) => boolean) => {
      const archive = new OutageArchive(log.events.filter(kept), [outage("a", drop.at)]);
      archive.leastStableOf = (async () => [{ ...sums, flaps: 0 }]) as never;
      const [least] = await leastStableOf(sources(archive), { from: T0, to: T0 + DAY_MS, limit: 1 });
      return least?.flaps;
    };
    expect(await flapsOver(() => true)).toBe(1);
    expect(await flapsOver(({ at }) => at >= drop.at)).toBeNull();
    expect(await flapsOver(({ at }) => at > drop.at)).toBeNull();
    expect(await flapsOver(() => false)).toBeNull();
  });
});
