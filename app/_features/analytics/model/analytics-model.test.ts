import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codesOfGroup, countsByGroup, REASON_GROUPS, reasonGroup } from "#app/_components/ui/reason-group.ts";
import { carried, wholeCounts } from "#app/_stats-window/buckets.ts";
import { fleetStats } from "#lib/contracts/fleet.ts";
import { REASON_CODES } from "#lib/reconnection/reason-code.ts";
import { fleetStatsOf, NO_METRICS } from "../testing/fleet-stats.ts";
import { columnsOf, type Group, groupHref, OTHER_KEYS, sortGroups } from "./breakdown.ts";
import { percentFigure } from "./percent.ts";
import { heatRows, reasonPoints, reasonTotals } from "./reasons.ts";
import { isAllUnknown, largest, ratePoints, recoveryPoints, unknownSpans } from "./series.ts";

const HOUR = 3_600_000;
const TO = Date.UTC(2026, 10, 23, 3);
const day = fleetStatsOf({ to: TO, lengthMs: 24 * HOUR, rate: 12 });
const gappy = fleetStatsOf({
  to: TO,
  lengthMs: 24 * HOUR,
  rate: 12,
  unknown: [
    [0, 0.25],
    [0.5, 0.55],
  ],
});
const calm = fleetStatsOf({ to: TO, lengthMs: HOUR, rate: 0 });

describe("analytics of a window", () => {
  it("C85: what these tests are fed is what the API tells", () => {
    for (const stats of [day, gappy, calm]) expect(fleetStats.safeParse(stats).error).toBeUndefined();
  });

  it("C85: a success rate is of what was decided in its bucket, and a bucket that decided nothing has none", () => {
    for (const [index, { values }] of ratePoints(day).entries()) {
      const { recovered, gave_up } = day.outcomes[index] ?? { recovered: 0, gave_up: 0 };
      expect(values.rate).toBe(recovered + gave_up === 0 ? null : (recovered / (recovered + gave_up)) * 100);
    }
    expect(ratePoints(calm).every(({ values }) => values.rate === null)).toBe(true);
    expect(recoveryPoints(calm).every(({ values }) => values.p50 === null)).toBe(true);
  });

  it("C85: stretches nobody watched are told with their length, and none where somebody did", () => {
    const spans = unknownSpans(gappy);
    expect(spans.map(({ from, to }) => (to - from) / HOUR)).toEqual([6, expect.closeTo(1.2, 3)]);
    expect(spans[0]?.from).toBe(TO - 24 * HOUR);
    expect(unknownSpans(day)).toEqual([]);
    expect(isAllUnknown(day)).toBe(false);
    expect(isAllUnknown({ ...day, unknown_ms: 24 * HOUR })).toBe(true);
  });

  it("C85: the time before the first dog counts as unknown; a fleet of none has no unknown stretch to draw", () => {
    const nobody = { connected: 0, reconnecting: 0, unknown: 0 };
    const states = day.states.map((bucket, index) => (index < 30 ? { ...bucket, ...nobody } : bucket));
    expect(unknownSpans({ ...day, states })).toEqual([{ from: TO - 24 * HOUR, to: TO - 18 * HOUR }]);
    expect(unknownSpans({ ...day, states: states.map((bucket) => ({ ...bucket, ...nobody })) })).toEqual([]);
  });

  it("C85: the axis covers what is shown; a sparkline carries the last known value", () => {
    const points = recoveryPoints(day);
    expect(largest(points, ["p50"])).toBe(Math.max(...day.outcomes.map(({ p50_ms }) => p50_ms ?? 0)));
    expect(largest(points, [])).toBe(0);
    expect(carried([null, 3, null, 4])).toEqual([null, 3, 3, 4]);
  });

  it("C85: a sparkline of counts is of the buckets that are over, and counts what its number does", () => {
    const begun = wholeCounts(day, ({ outages }) => outages);
    expect(begun).toEqual(day.outcomes.map(({ outages }) => outages));
    const open = { ...day, to: new Date(TO - 1).toISOString() };
    expect(wholeCounts(open, ({ outages }) => outages)).toEqual(begun.slice(0, -1));
  });

  it("C86: every outage is counted under one reason, over time and in all", () => {
    const totals = reasonTotals(day);
    expect(totals.map(({ group }) => group)).toEqual([...REASON_GROUPS]);
    expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(day.reasons_total);
    const overTime = reasonPoints(day).flatMap(({ counts }) => Object.values(counts));
    expect(overTime.reduce((sum, count) => sum + count, 0)).toBe(day.reasons_total);
  });

  it("C86: a press on a group asks for each of its reasons and no other", () => {
    for (const group of REASON_GROUPS) for (const code of codesOfGroup(group)) expect(reasonGroup(code)).toBe(group);
    expect(REASON_GROUPS.flatMap(codesOfGroup).sort()).toEqual([...REASON_CODES].sort());
    expect(countsByGroup({ server_error: 2, gateway_lost: 3, unknown: 0 })).toEqual({ server_error: 5 });
  });

  it("C86: the heat map has 24 hours a reason, the most frequent first, and loses no outage", () => {
    const rows = heatRows(day);
    expect(rows.every(({ counts }) => counts.length === 24)).toBe(true);
    expect(rows.map(({ total }) => total)).toEqual(rows.map(({ total }) => total).toSorted((a, b) => b - a));
    const all = day.heat.reduce((sum, { count }) => sum + count, 0);
    expect(rows.reduce((sum, { total }) => sum + total, 0)).toBe(all);
    expect(heatRows(calm)).toEqual([]);
  });

  it("C87: groups are ordered either way, what has no value last, and none is lost", () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ outages: fc.nat(50), rate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) })),
        fc.constantFrom("success" as const, "outages" as const, "key" as const),
        fc.constantFrom("asc" as const, "desc" as const),
        (given, by, order) => {
          const groups = given.map(
            ({ outages, rate }, index): Group => ({
              key: `g${index}`,
              metrics: { ...NO_METRICS, outages, success_rate: rate },
            }),
          );
          const sorted = sortGroups(groups, by, order, (key) => key);
          expect(sorted.map(({ key }) => key).toSorted()).toEqual(groups.map(({ key }) => key).toSorted());
          if (by !== "success") return;
          const rates = sorted.map(({ metrics }) => metrics.success_rate);
          const known = rates.filter((rate) => rate !== null);
          expect(rates.slice(0, known.length)).toEqual(known);
          expect(known).toEqual(known.toSorted((a, b) => (order === "asc" ? a - b : b - a)));
        },
      ),
    ));

  it("C87: a group leads to its dogs that are out now, where the table has such a filter", () => {
    expect(groupHref("reason", "peer_reset")).toBe("/reconnections?reason=peer_reset");
    expect(groupHref("site", "Ningbo yard")).toBe("/reconnections?site=Ningbo%20yard");
    expect(groupHref("firmware", "2.8.1")).toBeUndefined();
    expect(groupHref("network", "")).toBeUndefined();
    expect(groupHref("network", OTHER_KEYS)).toBeUndefined();
    expect(columnsOf("reason")).not.toContain("availability");
    expect(columnsOf("network")).toContain("availability");
  });

  it("C88: what is not all never reads 100 %, what is not nothing never reads 0 %", () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 }), (share, digits) => {
        const shown = percentFigure(share, digits);
        expect(shown === 100).toBe(share === 1);
        expect(shown === 0).toBe(share === 0);
        expect(Math.abs(shown - share * 100)).toBeLessThanOrEqual(10 ** -digits + 1e-9);
      }),
    ));
});
