import { describe, expect, it } from "vitest";
import { ClientWorld } from "#dog/testing/client-world.ts";

const SEEDS = 1_000;

describe("a thousand clients, hours each, in worlds that mean them ill", () => {
  it("D46: never silent for ever, one line at a time, nothing after stop, each outage told once, each kept message answered or named", async () => {
    const sum = { dials: 0, outages: 0, acknowledged: 0, dropped: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const tally = await new ClientWorld(seed).run();
      for (const key of ["dials", "outages", "acknowledged", "dropped"] as const) sum[key] += tally[key];
    }
    expect(sum.outages).toBeGreaterThan(SEEDS * 10);
    expect(sum.acknowledged).toBeGreaterThan(SEEDS * 10);
    expect(sum.dropped).toBeGreaterThan(SEEDS / 10);
    expect(sum.dials).toBeGreaterThan(SEEDS * 20);
  }, 120_000);
});
