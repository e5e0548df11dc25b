import fc from "fast-check";
import { expect, it } from "vitest";
import { coarseSpans } from "./coarse-spans.ts";
import type { Span, SpanState } from "./timeline.ts";

const STATES = ["connected", "silent", "settling", "waiting", "refused", "gave_up", "offline", "unknown"] as const;
const anyState = fc.constantFrom<SpanState>(...STATES);
const anySpans = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100_000 }), anyState), { minLength: 1, maxLength: 200 })
  .map((parts) => spansOf(parts));

function spansOf(parts: readonly (readonly [number, SpanState])[]): readonly Span[] {
  let to = 0;
  return parts.map(([lengthMs, state]) => {
    const from = to;
    to += lengthMs;
    return { from, to, state };
  });
}

it("R32: too many spans are told as fewer over the same time, none of them a state that was not there", () => {
  fc.assert(
    fc.property(anySpans, fc.integer({ min: 1, max: 220 }), (spans, most) => {
      const coarse = coarseSpans(spans, most);
      if (spans.length <= most) expect(coarse).toEqual(spans);
      else expect(coarse.length).toBeLessThanOrEqual(most);
      let cursor = 0;
      for (const { from, to, state } of coarse) {
        expect(from).toBe(cursor);
        expect(spans.some((span) => span.state === state && span.from >= from && span.to <= to)).toBe(true);
        cursor = to;
      }
      expect(cursor).toBe(spans.at(-1)?.to);
    }),
  );
});

it("R32: the shortest are told together, as the worst of them; long ones keep their bounds", () => {
  const restless = Array.from({ length: 100 }, (_, i) => [10, i % 2 === 0 ? "waiting" : "settling"] as const);
  const spans = spansOf([[50_000, "connected"], ...restless, [70_000, "connected"], [9_000, "gave_up"]]);
  expect(coarseSpans(spans, 4)).toEqual([
    { from: 0, to: 50_000, state: "connected" },
    { from: 50_000, to: 51_000, state: "waiting" },
    { from: 51_000, to: 121_000, state: "connected" },
    { from: 121_000, to: 130_000, state: "gave_up" },
  ]);
});
