import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { DogState } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { viewDog } from "#lib/fleet/view.ts";
import { endOf } from "#lib/testing/fleet-script.ts";
import { anyHistory, StoredHistory } from "#lib/testing/history-script.ts";
import type { OutageRow } from "./derived.ts";
import { Historian } from "./historian.ts";
import { histogramCount } from "./log-histogram.ts";
import { MINUTE_MS, type Rollup } from "./rollup.ts";

/** Properties run hundreds of times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 120_000 });

interface Stay {
  readonly sn: string;
  readonly from: number;
  readonly to: number;
  readonly state: DogState;
  readonly flapping: boolean;
  readonly network: string | null;
}

/** What every dog was between any two instants at which anything changed, by looking at all of them each time. */
function staysOf(events: readonly FleetEvent[], now: number) {
  const state = new FleetState();
  const stays: Stay[] = [];
  let since = events[0]?.at ?? now;
  const look = (at: number) => {
    for (const dog of state.dogs()) {
      const { state: is, flapping } = viewDog(dog, since);
      if (at > since) stays.push({ sn: dog.sn, from: since, to: at, state: is, flapping, network: dog.network });
    }
    since = at;
  };
  const moveTo = (at: number) => {
    for (let next = state.nextChangeAt(); next !== null && next <= at; next = state.nextChangeAt()) {
      look(next);
      state.advance(next);
    }
    look(at);
    state.advance(at);
  };
  for (const event of events) {
    moveTo(event.at);
    state.ingest(event);
  }
  moveTo(now);
  return { state, stays };
}

/**
 * When the dog of an outage was down: where it gave up and never came back, until it was offline, retired or out anew; where it
 * is in and may become stable, until then.
 */
function downOf(row: OutageRow, rows: readonly OutageRow[], { state, stays }: ReturnType<typeof staysOf>, now: number) {
  if (row.endedAt !== null && row.outcome !== "gave_up") return [row.startedAt, row.endedAt] as const;
  const left = stays
    .filter(
      ({ sn, from, state }) => sn === row.sn && from >= row.detectedAt && (state === "offline" || state === "retired"),
    )
    .map(({ from }) => from);
  const open = state.get(row.sn)?.outage;
  if (open?.startedAt === row.startedAt) return [row.startedAt, open.loginAt ?? now] as const;
  const anew = rows.filter(({ sn, startedAt }) => sn === row.sn && startedAt > row.startedAt);
  return [row.startedAt, Math.min(now, ...left, ...anew.map(({ startedAt }) => startedAt))] as const;
}

it("H3: dog-time, down time and counts are what looking at every dog at every instant gives", () => {
  fc.assert(
    fc.property(anyHistory, fc.nat(4_000_000), (events, wait) => {
      const now = endOf(events) + wait;
      const historian = new Historian();
      const fold = new FleetState({}, historian.listener);
      for (const event of events) fold.ingest(event);
      fold.advance(now);
      const stored = new StoredHistory();
      stored.add(historian.take(now));
      const rows = [...stored.rows.values()];
      const looked = staysOf(events, now);
      const { state, stays } = looked;
      const dark = state.unknownSpans().map((span) => [span.from, span.to ?? now] as const);
      const start = state.watchedFrom() ?? now;
      /** Watched part of [from, to) in one minute (all minutes for null). */
      const watched = (from: number, to: number, minute: number | null) => {
        const low = Math.max(from, start, minute ?? from);
        const high = Math.min(to, minute === null ? to : minute + MINUTE_MS);
        const lost = dark.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, high) - Math.max(a, low)), 0);
        return Math.max(0, high - low) - (high > low ? lost : 0);
      };
      const sum = (pick: (stay: Stay) => boolean, minute: number | null) =>
        stays.reduce((all, stay) => all + (pick(stay) ? watched(stay.from, stay.to, minute) : 0), 0);
      const down = rows.map((row) => [row, downOf(row, rows, looked, now)] as const);
      const downIn = (pick: (row: OutageRow) => boolean, minute: number | null) =>
        down.reduce((all, [row, [from, to]]) => all + (pick(row) ? watched(from, to, minute) : 0), 0);

      const rollups = [...stored.rollups];
      const total = (prefix: string, pick: (rollup: Rollup) => number) =>
        rollups.reduce((all, [name, rollup]) => all + (name.startsWith(prefix) ? pick(rollup) : 0), 0);
      expect(total("fleet//", (rollup) => rollup.watchedMs)).toBe(watched(start, now, null));
      expect(total("fleet//", (rollup) => rollup.flappingMs)).toBe(
        sum(({ state: is, flapping }) => flapping && is !== "retired", null),
      );
      for (const is of ["connected", "silent", "settling", "refused", "gave_up", "offline"] as const) {
        expect([is, total("fleet//", (rollup) => rollup.stateMs[is] ?? 0)]).toEqual([
          is,
          sum((stay) => stay.state === is, null),
        ]);
      }
      expect(total("fleet//", (rollup) => rollup.downMs)).toBe(downIn(() => true, null));
      for (const [name, rollup] of rollups.filter((_, index) => index % 7 === 0)) {
        const [by, ...rest] = name.split("/");
        const minute = Number(rest.pop());
        const key = rest.join("/");
        if (by !== "fleet" && by !== "network") continue;
        const mine = (network: string | null) => by === "fleet" || (network ?? "") === key;
        expect(rollup.stateMs.reconnecting ?? 0).toBe(
          sum((stay) => stay.state === "reconnecting" && mine(stay.network), minute),
        );
        expect(rollup.downMs).toBe(downIn((row) => mine(row.network), minute));
      }

      const own = rows.filter((row) => row.category !== "auth");
      const ended = (outcome: string) => own.filter((row) => row.outcome === outcome).length;
      const count = (pick: (rollup: Rollup) => number) => total("fleet//", pick);
      expect(count((rollup) => rollup.begun)).toBe(rows.length);
      expect(count((rollup) => rollup.auth)).toBe(rows.length - own.length);
      expect(count((rollup) => rollup.recovered)).toBe(ended("recovered"));
      expect(count((rollup) => rollup.decidedRecovered)).toBe(ended("recovered"));
      expect(count((rollup) => histogramCount(rollup.recoverMs))).toBe(ended("recovered"));
      expect(count((rollup) => histogramCount(rollup.dials))).toBe(ended("recovered"));
      expect(count((rollup) => rollup.gaveUp)).toBe(ended("gave_up") + ended("returned"));
      expect(count((rollup) => rollup.returned)).toBe(ended("returned"));
      expect(count((rollup) => rollup.withdrawn)).toBe(ended("offline") + ended("cleaned") + ended("retired"));
      for (const reason of new Set(rows.map((row) => row.reason))) {
        expect(total(`reason/${reason}/`, (rollup) => rollup.begun)).toBe(
          rows.filter((row) => row.reason === reason).length,
        );
      }
      const days = [...stored.days.values()];
      expect(days.reduce((all, day) => all + day.outages, 0)).toBe(own.length);
      expect(days.reduce((all, day) => all + day.recovered, 0)).toBe(ended("recovered"));
      expect(days.reduce((all, day) => all + day.flaps, 0)).toBe(count((rollup) => rollup.flaps));
    }),
    { numRuns: 200 },
  );
});
