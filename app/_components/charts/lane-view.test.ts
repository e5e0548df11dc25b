import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitView, type LaneView, laneKey, panView, zoomView } from "./lane-view.ts";

const NOW = Date.UTC(2026, 10, 23, 5);
const DAY = 86_400_000;
const LIMITS = { from: NOW - 30 * DAY, to: NOW };
const span = (view: LaneView) => view.to - view.from;

const anyView = fc
  .tuple(fc.integer({ min: 0, max: 30 * 86_400 - 10 }), fc.integer({ min: 10, max: 30 * 86_400 }))
  .map(([start, length]) =>
    fitView({ from: LIMITS.from + start * 1_000, to: LIMITS.from + (start + length) * 1_000 }, LIMITS),
  );

describe("a lane's window", () => {
  it("C108: no zoom and no move leaves what may be looked at, and ten seconds is the closest", () =>
    fc.assert(
      fc.property(
        anyView,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: -40 * DAY, max: 40 * DAY }),
        (view, factor, by) => {
          for (const next of [
            zoomView(view, factor, LIMITS),
            panView(view, by, LIMITS),
            panView(zoomView(view, factor, LIMITS, view.to), by, LIMITS),
          ]) {
            expect(next.from).toBeGreaterThanOrEqual(LIMITS.from);
            expect(next.to).toBeLessThanOrEqual(LIMITS.to);
            expect(span(next)).toBeGreaterThanOrEqual(10_000);
          }
        },
      ),
    ));

  it("C108: a zoom keeps what is under the pointer where it is, a move keeps the length", () => {
    const view = { from: NOW - 4 * 3_600_000, to: NOW - 3 * 3_600_000 };
    const around = view.from + 900_000;
    const closer = zoomView(view, 0.5, LIMITS, around);
    expect(span(closer)).toBe(1_800_000);
    expect((around - closer.from) / span(closer)).toBeCloseTo(0.25);
    expect(panView(view, -600_000, LIMITS)).toEqual({ from: view.from - 600_000, to: view.to - 600_000 });
    expect(span(panView(view, 99 * DAY, LIMITS))).toBe(span(view));
  });

  it("C108: keys zoom, move and show all", () => {
    expect(laneKey("+", true)).toEqual({ type: "zoom", factor: 0.5 });
    expect(laneKey("-", false)).toEqual({ type: "zoom", factor: 2 });
    expect(laneKey("ArrowLeft", false)).toEqual({ type: "pan", share: -0.2 });
    expect(laneKey("ArrowRight", true)).toEqual({ type: "pan", share: 1 });
    expect(laneKey("Home", false)).toEqual({ type: "all" });
    expect(laneKey("Enter", false)).toBeNull();
  });
});
