import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { percentiles } from "#lib/fleet/histogram.ts";
import type { OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { HOUR_MS, HourHistory, windowStart } from "./hour-history.ts";
import { percentilesOf, TimeSample } from "./time-sample.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

const total = <T>(items: readonly T[], count: (item: T) => number) => items.reduce((sum, item) => sum + count(item), 0);

it("G75: the slices of an hour count what a list of its outages would", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(4_000_000), (events, wait) => {
      const history = new HourHistory();
      const begun: OutageBegun[] = [];
      const ended: OutageEnded[] = [];
      const moved = new Set<string>();
      const state = new FleetState(
        {},
        {
          onOutageBegun: (outage) => {
            begun.push(outage);
            history.addBegun(outage);
          },
          onOutageMoved: (outage) => {
            moved.add(outage.id);
            history.addMoved(outage);
          },
          onOutage: (outage) => {
            ended.push(outage);
            history.addEnded(outage);
          },
        },
      );
      for (const event of events) state.ingest(event);
      const now = endOf(events) + wait;
      state.advance(now);
      const from = windowStart(now, HOUR_MS);
      const decided = new Map(ended.filter(({ outcome }) => outcome !== "returned").map((one) => [one.id, one]));
      const mine = begun.filter(({ startedAt }) => startedAt >= from);
      const network = mine.filter(({ id, category }) => category !== "auth" && !moved.has(id));
      const own = network.flatMap(({ id }) => decided.get(id) ?? []);
      const recovered = own.filter(({ outcome }) => outcome === "recovered");
      const slices = history.begun(from);
      expect(total(slices, (slice) => slice.begun)).toBe(mine.length);
      expect(total(slices, (slice) => slice.begun - slice.auth)).toBe(network.length);
      expect(total(slices, (slice) => slice.ended)).toBe(own.length);
      expect(total(slices, (slice) => slice.recovered)).toBe(recovered.length);
      expect(total(slices, (slice) => slice.gaveUp)).toBe(own.filter(({ outcome }) => outcome === "gave_up").length);
      const times = recovered.map(({ startedAt, endedAt }) => endedAt - startedAt);
      expect(
        percentilesOf(
          slices.map((slice) => slice.times),
          0.5,
          0.95,
        ),
      ).toEqual(percentiles(times, 0.5, 0.95));
    }),
  );
});

it("G75: a sample of very many times is bounded and keeps their percentiles", () => {
  const small = new TimeSample();
  const large = new TimeSample();
  const times = Array.from({ length: 50_000 }, (_, i) => (i * 7_919) % 50_000);
  for (const time of times) large.add(time);
  for (const time of times.slice(0, 100)) small.add(time);
  expect(large.times.length).toBeLessThanOrEqual(2_000);
  const [p50 = 0, p95 = 0] = percentilesOf([small, large], 0.5, 0.95);
  expect(Math.abs((p50 ?? 0) - 25_000)).toBeLessThan(1_000);
  expect(Math.abs((p95 ?? 0) - 47_500)).toBeLessThan(1_000);
});

it("G75: few slow recoveries beside a storm count as few, in whichever slices they lie", () => {
  const storm = new TimeSample();
  for (let i = 0; i < 100_000; i++) storm.add(1_000 + (i % 1_000));
  const slow = Array.from({ length: 300 }, () => new TimeSample());
  for (const sample of slow) sample.add(600_000);
  for (const samples of [
    [storm, ...slow],
    [...slow, storm],
  ]) {
    const [p50, p95] = percentilesOf(samples, 0.5, 0.95);
    expect(p50).toBeLessThan(1_600);
    expect(p95).toBeLessThan(2_000);
  }
});
