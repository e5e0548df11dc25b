import { describe, expect, it } from "vitest";
import { ServerListError } from "#dog/servers/server-list.ts";
import { calculateBackoff } from "#lib/reconnection/backoff.ts";
import { PUSHED_POLICY } from "#lib/reconnection/schedule.ts";
import { assertPlans, type NetworkPlans, PRESETS, planFor, presetSchedule } from "./network-policies.ts";

/** Seconds from the first failed dial to the last one, without jitter. */
function triesForS({ maxRetries, baseDelayMs, maxDelayMs }: (typeof PRESETS)[keyof typeof PRESETS]): number {
  let total = 0;
  for (let attempt = 0; attempt < maxRetries; attempt++) total += calculateBackoff(attempt, baseDelayMs, maxDelayMs);
  return total / 1_000;
}

const PLANS: NetworkPlans = {
  default: { servers: ["wss://a.example/ws"], schedule: presetSchedule("standard") },
  cellular: { servers: ["wss://mobile.example/ws", "wss://a.example/ws"], schedule: presetSchedule("mobile") },
  ethernet: { schedule: presetSchedule("stable") },
};

describe("presets", () => {
  it("D58: stable retries less and waits less, unstable retries more and waits longer at most, than the standard", () => {
    const { standard, stable, unstable, mobile } = PRESETS;
    expect(standard).toMatchObject(PUSHED_POLICY);
    for (const key of ["maxRetries", "baseDelayMs", "maxDelayMs"] as const) {
      expect(stable[key]).toBeLessThan(standard[key]);
    }
    expect(unstable.maxRetries).toBeGreaterThan(standard.maxRetries);
    expect(unstable.maxDelayMs).toBeGreaterThan(standard.maxDelayMs);
    expect(mobile.firstDelayMs[1]).toBeLessThan(standard.firstDelayMs[1]);
    expect(mobile.dialTimeoutMs).toBeGreaterThan(standard.dialTimeoutMs);
  });

  it("D58: how long each tries until it only probes is what its comment says", () => {
    const { standard, stable, unstable, mobile } = PRESETS;
    expect([standard, stable, unstable, mobile].map(triesForS)).toEqual([181, 60.5, 2_887, 903]);
  });

  it("D58: a preset is a whole schedule, reported as the dog's own", () => {
    expect(presetSchedule("mobile")).toEqual({
      kind: "leash",
      source: "reported",
      maxRetries: 20,
      baseDelayMs: 1_000,
      maxDelayMs: 60_000,
      firstDelayMs: [0, 2_000],
      jitter: 0.5,
      dialTimeoutMs: 15_000,
      probeMs: 300_000,
    });
    expect(presetSchedule({ ...PRESETS.stable, maxRetries: 3 }).maxRetries).toBe(3);
  });
});

describe("the plan of a network", () => {
  it("D59: its own servers and schedule, the default's where it has none, and the default where it is unknown", () => {
    expect(planFor(PLANS, "cellular")).toEqual(PLANS.cellular);
    expect(planFor(PLANS, "ethernet")).toEqual({ servers: PLANS.default.servers, schedule: presetSchedule("stable") });
    expect(planFor(PLANS, "wifi")).toEqual(PLANS.default);
    expect(planFor(PLANS, "unknown")).toEqual(PLANS.default);
  });

  it("D51: a change of network must not lead from wss to ws", () => {
    assertPlans(PLANS);
    const mixed = { ...PLANS, wifi: { servers: ["ws://hall.local/ws"] as const } };
    expect(() => assertPlans(mixed)).toThrow(ServerListError);
    expect(() => assertPlans(mixed)).toThrow(/^networks\.wifi\.servers: ws:/);
  });
});
