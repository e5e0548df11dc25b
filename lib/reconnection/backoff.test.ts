import fc from "fast-check";
import { expect, it } from "vitest";
import { calculateBackoff } from "./backoff.ts";

const delay = fc.integer({ min: 1, max: 86_400_000 });

it("R3: no delay is negative, none exceeds the cap, and delays never go backwards", () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 2 ** 31 }), delay, delay, (attempt, base, max) => {
      const now = calculateBackoff(attempt, base, max);
      expect(now).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThanOrEqual(max);
      expect(calculateBackoff(attempt + 1, base, max)).toBeGreaterThanOrEqual(now);
    }),
  );
});

it("R3: doubles from the base up to the cap", () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => calculateBackoff(attempt, 1_000, 30_000))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});
