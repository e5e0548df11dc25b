import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationScale,
  fractionOf,
  labelStride,
  MAX_POINTS,
  thin,
  timeTicks,
  zeroScale,
  zoneOffsetMs,
} from "./scale.ts";

describe("axes", () => {
  it("C20: an axis starts at zero, covers the largest value and steps evenly", () =>
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.integer({ min: 1, max: 5 }), (max, intervals) => {
        const scale = zeroScale(max, intervals);
        expect(scale.ticks[0]).toBe(0);
        expect(scale.ticks).toHaveLength(intervals + 1);
        expect(scale.max).toBeGreaterThanOrEqual(max);
        expect(scale.ticks.at(-1)).toBe(scale.max);
        expect(scale.ticks.every((tick) => Number.isInteger(tick))).toBe(true);
      }),
    ));

  it.each([
    [400, 1, [0, 400]],
    [56, 3, [0, 20, 40, 60]],
    [244, 2, [0, 125, 250]],
    [3, 2, [0, 2, 4]],
    [0, 2, [0, 1, 2]],
  ])("C20: up to %i in %i steps reads %j", (max, intervals, ticks) => {
    expect(zeroScale(max, intervals).ticks).toEqual(ticks);
  });

  it("C20: times on the axis are round in the operator's zone, within the window, and few", () =>
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 40 * 86_400_000 }), fc.constantFrom(0, 8, -5, 5.5), (span, hours) => {
        const to = Date.UTC(2026, 10, 22, 19, 12, 26);
        const ticks = timeTicks(to - span, to, 7, hours * 3_600_000);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(to - span);
          expect(tick).toBeLessThanOrEqual(to);
          expect((tick + hours * 3_600_000) % (span > 7 * 60_000 ? 60_000 : 1_000)).toBe(0);
        }
      }),
    ));

  it("C20: an empty window has no times", () => expect(timeTicks(5, 5)).toEqual([]));

  it("C21: no chart draws more than 120 points, and the last stays", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 2_000 }), (values) => {
        const drawn = thin(values);
        expect(drawn.length).toBeLessThanOrEqual(MAX_POINTS);
        expect(drawn.at(-1)).toBe(values.at(-1));
      }),
    ));

  it("C20: a place on the axis never leaves it", () => {
    expect(fractionOf(5, 0, 10)).toBe(0.5);
    expect(fractionOf(-5, 0, 10)).toBe(0);
    expect(fractionOf(50, 0, 10)).toBe(1);
    expect(fractionOf(1, 3, 3)).toBe(0);
  });

  it("C20: labels under many bars are thinned until none touch", () => {
    const bars = (...labels: number[]) => labels.map((label) => ({ label: String(label) }));
    expect(labelStride(bars(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toBe(1);
    expect(labelStride(bars(1, 2, 4, 5, 8, 16, 30, 32, 60))).toBe(2);
    expect(labelStride(bars(100_000, 200_000, 300_000, 400_000))).toBe(2);
    expect(labelStride([])).toBe(1);
  });

  it("C20: offsets of zones", () => {
    const at = Date.UTC(2026, 10, 22, 19, 12, 26, 123);
    expect(zoneOffsetMs(at, "Asia/Shanghai")).toBe(8 * 3_600_000);
    expect(zoneOffsetMs(at, "UTC")).toBe(0);
    expect(zoneOffsetMs(at, "America/St_Johns")).toBe(-3.5 * 3_600_000);
  });

  it("C20: an axis of durations starts at zero and covers the longest", () =>
    fc.assert(
      fc.property(fc.nat(2_000_000_000), (ms) => {
        const { max, ticks } = durationScale(ms);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBe(max);
        expect(max).toBeGreaterThanOrEqual(ms);
      }),
    ));

  it.each([
    [0, 2_000],
    [9_000, 10_000],
    [151_000, 240_000],
    [5_400_000, 7_200_000],
  ])("C20: up to %i ms reads to %i ms", (ms, max) => expect(durationScale(ms).max).toBe(max));
});
