import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { leashHabit, type Setback, seedHabit } from "./habits.ts";

const random = seededRandom(1);

describe("how the load's dogs come back", () => {
  it("a seed dog dials at once after a drop, then 1 s doubling to 60 s, 15 times, deaf to all else", () => {
    expect(seedHabit.next({ type: "closed", code: 4501 }, 0, random)).toEqual({ step: "dial", delayMs: 0 });
    const refused: Setback = { type: "refused", status: 503, retryAfterS: 30 };
    const delays = Array.from({ length: 16 }, (_, attempt) => seedHabit.next(refused, attempt, random));
    expect(delays.map(({ delayMs }) => delayMs / 1_000)).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60, 60, 0,
    ]);
    expect(delays[15]?.step).toBe("give_up");
    expect(seedHabit.next({ type: "login_refused" }, 0, random).step).toBe("wait");
  });

  it("a Leash dog does what the code's range, or Retry-After, says", () => {
    const most = (setback: Setback, attempt = 0) =>
      Math.max(...Array.from({ length: 200 }, () => leashHabit.next(setback, attempt, random).delayMs));
    const least = (setback: Setback, attempt = 0) =>
      Math.min(...Array.from({ length: 200 }, () => leashHabit.next(setback, attempt, random).delayMs));
    expect(most({ type: "closed", code: 4000 })).toBeLessThan(1_000);
    expect(most({ type: "closed", code: 1006 })).toBeLessThan(5_000);
    expect(least({ type: "closed", code: 4500 })).toBeGreaterThanOrEqual(240_000);
    expect(leashHabit.next({ type: "closed", code: 1012 }, 0, random).step).toBe("ask");
    expect(least({ type: "refused", status: 503, retryAfterS: 7 })).toBeGreaterThanOrEqual(7_000);
    expect(most({ type: "failed" }, 2)).toBeLessThan(6_000);
    expect(least({ type: "failed" }, 10)).toBeGreaterThanOrEqual(240_000);
  });
});
