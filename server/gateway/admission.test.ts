import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { Admission } from "./admission.ts";

const gate = (random = seededRandom(1)) => new Admission({ perSecond: 1_000, burst: 1_000, random, now: 0 });

describe("admission", () => {
  it("G102: 1,000 at once and 1,000 a second", () => {
    const admission = gate();
    const admitted = (now: number) =>
      Array.from({ length: 5_000 }, () => admission.check(now, true)).filter((r) => !r).length;
    expect([admitted(0), admitted(500), admitted(1_500), admitted(60_000)]).toEqual([1_000, 500, 1_000, 1_000]);
  });

  it("G102: the last tenth is kept for proven tokens", () => {
    const admission = gate();
    const strangers = Array.from({ length: 2_000 }, () => admission.check(0, false)).filter((r) => !r).length;
    const dogs = Array.from({ length: 200 }, () => admission.check(0, true)).filter((r) => !r).length;
    expect([strangers, dogs]).toEqual([900, 100]);
  });

  it("G102: Retry-After grows with those refused and is spread, 1 to 30 s", () => {
    const admission = gate();
    const retries = Array.from({ length: 40_000 }, () => admission.check(0, true)?.retryAfterS ?? 0).slice(1_000);
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...retries)).toBe(30);
    const last = retries.slice(-10_000);
    expect(new Set(last).size).toBeGreaterThan(20);
    expect(retries.slice(0, 500).every((s) => s <= 2)).toBe(true);
  });
});
