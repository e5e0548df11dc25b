import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveTo, scrubKey, scrubRange, stripBars } from "./scrub.ts";

const NOW = Date.UTC(2026, 10, 23, 5, 14, 5);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the scrubber", () => {
  it("C106: it spans the last day, from the horizon on where that is nearer", () => {
    expect(scrubRange({ now: NOW, earliest: null, at: null })).toEqual({ from: NOW - DAY, to: NOW, endsNow: true });
    expect(scrubRange({ now: NOW, earliest: NOW - HOUR, at: null }).from).toBe(NOW - HOUR);
    expect(scrubRange({ now: NOW, earliest: NOW - 9 * DAY, at: NOW - HOUR }).from).toBe(NOW - DAY);
  });

  it("C106: a moment within history always lies on it", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 40 * DAY }), fc.nat(40 * DAY), (age, ago) => {
        const earliest = NOW - age;
        const at = Math.max(earliest, NOW - ago);
        const range = scrubRange({ now: NOW, earliest, at });
        expect(range.from).toBeLessThanOrEqual(at);
        expect(range.to).toBeGreaterThanOrEqual(at);
        expect(range.to).toBeLessThanOrEqual(NOW);
        expect(range.to - range.from).toBeLessThanOrEqual(DAY);
        expect(range.to).toBeGreaterThan(range.from);
        expect(range.endsNow).toBe(range.to === NOW);
      }),
    ));

  it("C106: a move stops at the horizon and becomes live at now", () => {
    const bounds = { now: NOW, earliest: NOW - HOUR };
    expect(moveTo(NOW - 2 * HOUR, bounds)).toBe(NOW - HOUR);
    expect(moveTo(NOW - 60_000, bounds)).toBe(NOW - 60_000);
    expect(moveTo(NOW - 999, bounds)).toBeNull();
    expect(moveTo(NOW + HOUR, bounds)).toBeNull();
    expect(moveTo(5, { now: NOW, earliest: null })).toBe(5);
  });

  it("C106: arrows are a minute, with Shift an hour, page keys ten minutes, Home and End its ends", () => {
    expect(scrubKey("ArrowLeft", false)).toBe(-60_000);
    expect(scrubKey("ArrowRight", true)).toBe(HOUR);
    expect(scrubKey("PageUp", false)).toBe(600_000);
    expect(scrubKey("Home", false)).toBe("earliest");
    expect(scrubKey("End", false)).toBe("live");
    expect(scrubKey("Tab", false)).toBeNull();
  });

  it("C107: the strip loses no outage of its stretch, and its tallest bar is whole", () => {
    const at = (ms: number) => new Date(ms).toISOString();
    const stats = {
      reason_bucket_ms: 60_000,
      reasons: [
        { at: at(NOW - DAY - HOUR), counts: { unknown: 9 } },
        { at: at(NOW - HOUR), counts: { peer_reset: 1, unknown: 3 } },
        { at: at(NOW - HOUR / 2), counts: {} },
        { at: at(NOW - 30_000), counts: { unknown: 2 } },
      ],
    };
    const bars = stripBars(stats, NOW - DAY, NOW);
    expect(bars.map(({ count, height }) => [count, height])).toEqual([
      [4, 1],
      [2, 0.5],
    ]);
    for (const { left, width } of bars) expect(left + width).toBeLessThanOrEqual(1);
  });
});
