import { describe, expect, it } from "vitest";
import { loginArgs as loginArgsSchema } from "#lib/protocol/messages.ts";
import { assumedSchedule, leashSchedule } from "#lib/reconnection/schedule.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { loginArgs, outageReport } from "./login-args.ts";
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

describe("what a simulated dog says when it signs in", () => {
  const identity = { sn: "GB-A1-0001", appId: "app", site: "Ningbo yard", network: "4G", firmware: "2.8.1" };
  const lived = { id: "o-1", beganAt: 1_000, dials: 3, probes: 0, delaysMs: [10, 20], lastError: "ECONNRESET" };

  it("D3: a seed dog says the seed's four fields and nothing else", () => {
    const args = loginArgs({ ...identity, schedule: assumedSchedule() }, "t", 1_700_000_000_999, undefined);
    expect(args).toEqual({ app_id: "app", token: "t", sn: "GB-A1-0001", timestamp: "1700000000" });
  });

  it("D3: a Leash dog reports its schedule and the outage it lived through, as the protocol has it", () => {
    const args = loginArgs({ ...identity, schedule: leashSchedule() }, "t", 0, outageReport(lived, 8_500));
    expect(loginArgsSchema.parse(args)).toEqual(args);
    expect(args).toMatchObject({ labels: { site: "Ningbo yard" }, outage: { dials: 3, duration_ms: 7_500 } });
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
