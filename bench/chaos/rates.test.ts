import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { burstAbove, handshakes, leastBurst, peakIn, quantile } from "./rates.ts";

const RATE = 1_000;
const HELD = 100;
/** When a full bucket of 1,000/s and 100 lets each of them in that came at these instants, in their order. */
function turns(came: readonly number[]): number[] {
  let tokens = HELD;
  let filledAt = came[0] ?? 0;
  return came.map((at) => {
    tokens = Math.min(HELD, tokens + ((at - filledAt) * RATE) / 1_000) - 1;
    filledAt = at;
    return at + Math.max(0, (-tokens / RATE) * 1_000);
  });
}

describe("rates read off what the dogs saw", () => {
  it("a bucket of 1,000/s with a burst of 1,000 shows as 1,000, a faster one as more", () => {
    const bucket = [...Array<number>(1_000).fill(0), ...Array.from({ length: 5_000 }, (_, i) => i + 1)];
    expect(burstAbove(bucket, 1_000)).toBeCloseTo(1_000, -1);
    const faster = Array.from({ length: 6_000 }, (_, i) => i / 2);
    expect(burstAbove(faster, 1_000)).toBeCloseTo(3_000, -1);
    expect(burstAbove([], 1_000)).toBe(0);
  });

  it("G39: dogs that dialed and saw it late, however late, never make a bucket look larger than it is", () => {
    const late = fc.record({ ms: fc.nat(2_000), dialed: fc.nat(500), seen: fc.oneof(fc.nat(20), fc.nat(3_000)) });
    fc.assert(
      fc.property(fc.array(late, { minLength: 1, maxLength: 400 }), (dogs) => {
        const ordered = dogs.toSorted((a, b) => a.ms - b.ms);
        const letIn = turns(ordered.map(({ ms }) => ms));
        const stretches = ordered.map(({ ms, dialed, seen }, index) => ({
          from: ms - dialed,
          to: Math.floor(letIn[index] ?? 0) + seen,
        }));
        expect(leastBurst(stretches, RATE)).toBeLessThanOrEqual(HELD + 1);
      }),
    );
  });

  it("G39: a bucket twice as large or twice as fast is seen, though the loop stood still for more than a second", () => {
    const dialed = (to: number) => ({ from: 0, to });
    const honest = Array.from({ length: 10_000 }, (_, i) => dialed(Math.max(20, i - 1_000)));
    expect(leastBurst(honest, RATE)).toBeLessThanOrEqual(1_000);
    const large = Array.from({ length: 10_000 }, (_, i) => dialed(Math.max(20, i - 2_400)));
    expect(leastBurst(large, RATE)).toBeGreaterThan(2_300);
    const fast = Array.from({ length: 10_000 }, (_, i) => dialed(Math.max(20, (i - 1_000) / 2)));
    expect(leastBurst(fast, RATE)).toBeGreaterThan(5_000);
    const pausedMs = 1_300;
    const paused = large.map(({ from, to }) => ({ from, to: to + pausedMs }));
    expect(leastBurst(paused, RATE)).toBeGreaterThan(1_050);
    expect(leastBurst([], RATE)).toBe(0);
  });

  it("a handshake lasts from its dial to its opening", () => {
    const seen = [
      { at: 1, sn: "A", did: "open" },
      { at: 2, sn: "A", did: "dial" },
      { at: 3, sn: "B", did: "dial" },
      { at: 4, sn: "B", did: "failed", error: "timeout" },
      { at: 5, sn: "B", did: "dial" },
      { at: 6, sn: "A", did: "open" },
      { at: 7, sn: "B", did: "open" },
    ] as const;
    expect(handshakes(seen)).toEqual([
      { from: 2, to: 6 },
      { from: 5, to: 7 },
    ]);
  });

  it("the peak is of any window, not of whole seconds", () => {
    expect(peakIn([0, 900, 950, 1_000, 1_500, 1_899], 1_000)).toBe(5);
  });

  it("quantiles are of what was seen", () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([50, 99, 100]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
