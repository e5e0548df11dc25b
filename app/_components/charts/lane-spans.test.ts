import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LaneSpan, placeSpans, spanAt, withStretch } from "./lane-spans.ts";

describe("timeline lane", () => {
  it("C23: spans are cut at the window and ordered by time", () => {
    const placed = placeSpans(
      [
        { from: 50, to: 150, state: "waiting" },
        { from: -50, to: 50, state: "connected" },
        { from: 200, to: 300, state: "gave_up" },
        { from: 60, to: 60, state: "silent" },
      ],
      0,
      100,
    );
    expect(placed.map(({ state, left, width }) => [state, left, width])).toEqual([
      ["connected", 0, 0.5],
      ["waiting", 0.5, 0.5],
    ]);
  });

  it("C23: an empty window places nothing", () =>
    expect(placeSpans([{ from: 0, to: 9, state: "silent" }], 5, 5)).toEqual([]));

  it("C109: however many stretches there are, few are drawn, and no outage is lost among them", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.boolean()), { minLength: 500, maxLength: 3_000 }),
        (parts) => {
          let at = 0;
          const spans = parts.map(([length, isOut]): LaneSpan => {
            const from = at;
            at += length;
            return { from, to: at, state: isOut ? "waiting" : "connected" };
          });
          const drawn = placeSpans(spans, 0, at);
          expect(drawn.length).toBeLessThanOrEqual(1_200);
          expect(drawn.reduce((sum, { merged }) => sum + merged, 0)).toBe(spans.length);
          for (const span of spans) {
            if (span.state === "waiting") expect(spanAt(drawn, span.from)?.state).toBe("waiting");
          }
        },
      ),
      { numRuns: 20 },
    ));

  it("C109: a stretch asked for alone takes its place in the whole", () => {
    const whole: LaneSpan[] = [
      { from: 0, to: 50, state: "connected" },
      { from: 50, to: 100, state: "waiting" },
    ];
    const spans = withStretch(whole, { from: 40, to: 60, spans: [{ from: 40, to: 60, state: "silent" }] });
    expect(spans).toEqual([
      { from: 0, to: 40, state: "connected" },
      { from: 40, to: 60, state: "silent" },
      { from: 60, to: 100, state: "waiting" },
    ]);
    expect(spanAt(spans, 59)?.state).toBe("silent");
    expect(spanAt(spans, 100)).toBeUndefined();
  });
});
