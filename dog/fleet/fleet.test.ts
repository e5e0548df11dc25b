import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { parseFleetOptions } from "./options.ts";
import { longTail, nextFaultMs, PROFILES } from "./profile.ts";

describe("fleet options", () => {
  it("D1: names every option that is wrong, all at once", () => {
    const answer = parseFleetOptions(
      ["--dogs", "0", "--profile", "calm", "--url", "http://x", "--minutes=-1"],
      undefined,
    );
    expect(answer).toEqual([
      expect.stringMatching(/^--dogs: got "0"/),
      expect.stringMatching(/^--minutes: got "-1"/),
      expect.stringMatching(/^--url: got "http:\/\/x"/),
      expect.stringMatching(/^--profile: got "calm".*stable, unstable, mobile, storm/),
      expect.stringMatching(/^--token: missing/),
    ]);
  });

  it("D1: takes the shared token where none is given", () => {
    expect(parseFleetOptions(["--dogs", "3"], "secret")).toMatchObject({ dogs: 3, token: "secret", durationMs: null });
  });
});

describe("faults", () => {
  it("D2: come at the profile's mean rate and from the seed alone", () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4_000 }, () => nextFaultMs(2, random()));
    };
    const waits = draw(7);
    expect(draw(7)).toEqual(waits);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length / 1_800_000).toBeCloseTo(1, 1);
  });

  it("D2: a rate of nothing never comes, and no absence leaves its bounds", () => {
    expect(nextFaultMs(0, 0.5)).toBe(Number.POSITIVE_INFINITY);
    for (const u of [0, 0.5, 0.999]) {
      const away = longTail(PROFILES.mobile.awayMs, u);
      expect(away).toBeGreaterThanOrEqual(300);
      expect(away).toBeLessThanOrEqual(90_000);
    }
  });
});
