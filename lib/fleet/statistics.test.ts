import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { CAUSE, EventLog, T0 } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { FleetState } from "./fleet-state.ts";
import { percentiles } from "./histogram.ts";
import { findIncident } from "./incident.ts";
import { ladderOf } from "./ladder.ts";
import type { Flap, OutageBegun, OutageEnded } from "./outage-note.ts";
import { isOut } from "./view.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

function told() {
  const begun: OutageBegun[] = [];
  const ended: OutageEnded[] = [];
  const flaps: Flap[] = [];
  const state = new FleetState(
    {},
    {
      onOutageBegun: (outage) => void begun.push(outage),
      onOutage: (outage) => void ended.push(outage),
      onFlap: (flap) => void flaps.push(flap),
    },
  );
  return { state, begun, ended, flaps };
}

describe("R34: outages are told once, with the times of the facts", () => {
  it("a recovered one runs to the login that became stable", () => {
    const log = new EventLog();
    const { session } = log.connected();
    log.after(90_000).disconnected("dog-1", session, { lastHeardAt: T0 + 80_000 });
    const login = log.after(3_500).connected();
    log.after(60_000).stable("dog-1", login.session);
    const { state, begun, ended } = told();
    for (const event of log.events) state.ingest(event);
    expect(begun).toMatchObject([{ sn: "dog-1", startedAt: T0 + 80_000, reason: "peer_reset", site: "plant-a" }]);
    expect(ended).toMatchObject([{ outcome: "recovered", endedAt: T0 + 93_500, dials: 3, estimated: true }]);
  });

  it("one past its latest give-up is decided then, and told once more if the dog comes back", () => {
    const log = new EventLog();
    const { session } = log.connected();
    log.after(90_000).disconnected("dog-1", session);
    const { state, ended } = told();
    for (const event of log.events) state.ingest(event);
    const login = log.after(3_600_000).connected();
    state.ingest(login);
    expect(ended).toMatchObject([{ outcome: "gave_up", endedAt: T0 + 90_000 + 763_000 }]);
    state.ingest(log.after(60_000).stable("dog-1", login.session));
    expect(ended.map((outage) => outage.outcome)).toEqual(["gave_up", "returned"]);
  });

  it("a forced close is told only when it was not answered in 60 s", () => {
    const log = new EventLog();
    const { session } = log.connected();
    log.after(90_000).disconnected("dog-1", session, CAUSE.forced);
    const { state, begun } = told();
    for (const event of log.events) state.ingest(event);
    state.advance(T0 + 149_999);
    expect(begun).toEqual([]);
    state.advance(T0 + 150_000);
    expect(begun).toMatchObject([{ reason: "forced_reconnect", startedAt: T0 + 90_000 }]);
  });

  it("whenever time is moved between, the same is told", () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(4_000_000), (events, wait) => {
        const lazy = told();
        const eager = told();
        for (const event of events) {
          lazy.state.ingest(event);
          eager.state.advance(event.at - 1);
          eager.state.ingest(event);
        }
        for (const { state } of [lazy, eager]) state.advance(endOf(events) + wait);
        const sorted = (outages: readonly OutageBegun[]) => outages.map((outage) => JSON.stringify(outage)).sort();
        expect(sorted(lazy.begun)).toEqual(sorted(eager.begun));
        expect(sorted(lazy.ended)).toEqual(sorted(eager.ended));
        expect(new Set(lazy.begun.map((outage) => outage.id)).size).toBe(lazy.begun.length);
      }),
    );
  });
});

describe("R35: time nobody watched is known", () => {
  it("from the last sign of life of a gateway to its next start, and over a gap", () => {
    const log = new EventLog();
    log.started();
    log.after(100_000).append({ type: "journal.gap", from: T0 + 90_000, to: T0 + 100_000, dropped: 4 });
    const next = new EventLog(T0 + 300_000, "epoch-2");
    next.started("gw-1", { epoch: log.epoch, aliveUntil: T0 + 200_000, clean: false });
    const { state } = told();
    for (const event of [...log.events, ...next.events]) state.ingest(event);
    expect(state.unknownSpans()).toEqual([
      { from: T0 + 90_000, to: T0 + 100_000 },
      { from: T0 + 200_000, to: T0 + 300_000 },
    ]);
    expect([-1, 0, 95_000, 150_000, 250_000, 300_000].map((ms) => state.isWatched(T0 + ms))).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(state.gateways()).toMatchObject([{ name: "gw-1", epoch: "epoch-2", up: true, sessions: 0 }]);
  });

  it("after a clean stop until the next start", () => {
    const log = new EventLog();
    log.started();
    log.connected();
    log.after(50_000).append({ type: "gateway.stopped", gateway: "gw-1" });
    const { state } = told();
    for (const event of log.events) state.ingest(event);
    expect(state.unknownSpans()).toEqual([{ from: log.now, to: null }]);
    expect(state.get("dog-1")?.outage?.reason).toBe("gateway_lost");
  });
});

describe("R36: an incident is many drops with one cause, still out", () => {
  /** `sizes` dogs on sites s0, s1, ...; the first `lost` of each drop within 5 s. Dogs of `unsited` do not say theirs. */
  function storm(sizes: readonly number[], lost: readonly number[], unsited: ReadonlySet<string> = new Set()) {
    const log = new EventLog();
    log.started();
    const names = sizes.flatMap((size, site) =>
      Array.from({ length: size }, (_, i) => ({ sn: `d${site}-${i}`, site: `s${site}`, i })),
    );
    const labels = (site: string): Record<string, string> => (unsited.has(site) ? {} : { site });
    const sessions = names.map(({ sn, site }) => log.connected(sn, { labels: labels(site) }).session);
    log.after(100_000);
    names.forEach(({ sn, site, i }, index) => {
      if (i < (lost[Number(site.slice(1))] ?? 0)) log.disconnected(sn, sessions[index] ?? "");
    });
    const { state, begun } = told();
    for (const event of log.events) state.ingest(event);
    return { log, state, begun, now: log.now };
  }

  it("of one site", () => {
    const { state, begun, now } = storm([20, 40], [12, 1]);
    const first = Math.min(...begun.map((outage) => outage.startedAt));
    expect(findIncident(state, now)).toMatchObject({
      kind: "site",
      name: "s0",
      lost: 12,
      of: 20,
      out: 12,
      reason: "peer_reset",
      since: first,
    });
  });

  it("of its gateway where sites drop together", () => {
    const { state, now } = storm([20, 20, 20], [12, 12, 12]);
    expect(findIncident(state, now)).toMatchObject({ kind: "gateway", name: "gw-1", lost: 36, of: 60 });
  });

  it("of one site too where some dogs do not say theirs, but not where most do not", () => {
    const some = storm([20, 30, 20], [14, 0, 10], new Set(["s2"]));
    expect(findIncident(some.state, some.now)).toMatchObject({ kind: "site", name: "s0", lost: 14 });
    const most = storm([20, 30, 40], [14, 0, 30], new Set(["s2"]));
    expect(findIncident(most.state, most.now)).toMatchObject({ kind: "gateway", lost: 44 });
  });

  it("not of nine dogs, nor of a tenth of a site, nor once more than half are back", () => {
    const nine = storm([20], [9]);
    expect(findIncident(nine.state, nine.now)).toBeNull();
    const tenth = storm([200], [20]);
    expect(findIncident(tenth.state, tenth.now)).toBeNull();
    const { log, state } = storm([20], [12]);
    const id = findIncident(state, log.now)?.id;
    for (let i = 0; i < 6; i++) state.ingest(log.connected(`d0-${i}`, { labels: { site: "s0" } }));
    expect(findIncident(state, log.now)).toMatchObject({ id, out: 6 });
    state.ingest(log.connected("d0-6", { labels: { site: "s0" } }));
    expect(findIncident(state, log.now)).toBeNull();
  });
});

it("R36: drops by second are those that were told, and those of them whose dog is out", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(4_000_000), (events, wait) => {
      const { state, begun } = told();
      for (const event of events) state.ingest(event);
      state.advance(endOf(events) + wait);
      const newest = Math.max(...begun.map((outage) => outage.startedAt));
      const out = (one: OutageBegun) =>
        state.get(one.sn)?.outage?.id === one.id && isOut(state.stateOf(one.sn) ?? "offline");
      for (const { kind, name, cells, ...sums } of state.drops.groups()) {
        const own = begun.filter((one) => kind === "fleet" || one[kind] === name);
        const kept = [...cells.values()];
        expect(sums).toEqual({
          lost: kept.reduce((sum, cell) => sum + cell.lost, 0),
          out: kept.reduce((sum, cell) => sum + cell.out, 0),
        });
        for (const [second, drops] of Map.groupBy(own, (one) => Math.floor(one.startedAt / 1_000))) {
          if (second * 1_000 < newest - 3_600_000) continue;
          const starts = drops.map((one) => one.startedAt);
          const reasons = [...Map.groupBy(drops, (one) => one.reason)].map(([reason, all]) => [reason, all.length]);
          expect(cells.get(second)).toEqual({
            second,
            lost: drops.length,
            out: drops.filter(out).length,
            sited: drops.filter((one) => one.site !== null).length,
            first: Math.min(...starts),
            last: Math.max(...starts),
            reasons: new Map(reasons as [OutageBegun["reason"], number][]),
          });
        }
      }
    }),
  );
});

it("R37: the ladder is the dog's dials: lapsed, the one awaited, those planned", () => {
  const log = new EventLog();
  const { session } = log.connected();
  log.after(90_000).disconnected("dog-1", session);
  const { state } = told();
  for (const event of log.events) state.ingest(event);
  const outage = state.get("dog-1")?.outage;
  if (!outage) throw new Error("no outage");
  const steps = ladderOf(outage, T0 + 90_000 + 3_500);
  expect(steps).toHaveLength(16);
  expect(steps.slice(0, 5)).toEqual([
    { dial: 1, delayMs: 0, from: T0 + 90_000, at: T0 + 90_000, status: "lapsed" },
    { dial: 2, delayMs: 1_000, from: T0 + 90_000, at: T0 + 91_000, status: "lapsed" },
    { dial: 3, delayMs: 2_000, from: T0 + 91_000, at: T0 + 93_000, status: "lapsed" },
    { dial: 4, delayMs: 4_000, from: T0 + 93_000, at: T0 + 97_000, status: "waiting" },
    { dial: 5, delayMs: 8_000, from: T0 + 97_000, at: T0 + 105_000, status: "planned" },
  ]);
  expect(steps.filter((step) => step.status === "waiting")).toHaveLength(1);
});

it("R38: percentiles are values that occurred", () => {
  const values = fc.array(fc.integer({ min: 0, max: 4_000_000 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (times, share) => {
      const [value] = percentiles(times, share);
      expect(times).toContain(value);
      expect(times.filter((time) => time <= (value ?? 0)).length).toBeGreaterThanOrEqual(share * times.length);
    }),
  );
  expect(percentiles([], 0.5)).toEqual([null]);
  expect(percentiles([4, 1, 3, 2], 0.5, 0.95)).toEqual([2, 4]);
});
