import { describe, expect, it } from "vitest";
import { capacityTable, loadOfDog, type Parts, partsOf, sizingOf } from "./capacity.ts";
import { Values, type WorkResult } from "./measure/results.ts";

const parts: Parts = {
  heartbeatUs: 15,
  idleUsPerMinute: 30,
  loginUs: 200,
  connectedBytes: 10_000,
  offlineBytes: 1_000,
  idleProcessBytes: 100e6,
  journalRate: 50_000,
};

function one(work: string, metrics: Readonly<Record<string, number>>): WorkResult {
  const values = new Values();
  for (const [metric, value] of Object.entries(metrics)) values.add("leash", metric, value);
  const described = Object.keys(metrics).map(
    (metric) => [metric, { says: metric, unit: "", better: "lower" }] as const,
  );
  return { work, title: work, bareIs: "", rows: values.rows(Object.fromEntries(described), ["leash"]), failures: [] };
}

describe("capacity by arithmetic", () => {
  it("adds heartbeats and pings to what one quiet dog costs", () => {
    expect(loadOfDog(parts)).toBeCloseTo(1e-6, 12);
  });

  it("sizes a fleet: gateways in whole numbers, the rest in proportion", () => {
    expect(sizingOf(1_000, parts)).toMatchObject({ gateways: 1, memoryBytes: 110e6, foldBytes: 0, stormSeconds: 1 });
    const ten = sizingOf(10_000_000, parts);
    expect(ten).toMatchObject({ gateways: 100, memoryBytes: 110e9, foldBytes: 9.9e9, stormSeconds: 100 });
    expect(ten.cores).toBeCloseTo(10 / 0.6, 6);
    expect(ten.eventsPerSecond).toBeCloseTo(3_472.2, 1);
    expect(ten.diskBytesPerDay).toBeCloseTo(180e9, -3);
  });

  it("takes its parts from a whole run, or has none", () => {
    const run = [
      one("heartbeat", { paced_cpu: 15 }),
      one("memory", { idle_cpu: 30, rss: 10_000, idle_process: 100 }),
      one("login", { paced_cpu: 200 }),
      one("fold", { bytes: 1_000 }),
      one("journal", { rate: 50_000 }),
    ];
    expect(partsOf(run)).toEqual(parts);
    expect(partsOf(run.slice(1))).toBeNull();
  });

  it("writes three fleets", () => {
    expect(capacityTable(parts)).toContain("| 100,000 | 1 | 0.167 | 1.10 | 0 | 34.7 | 1.80 | 100 |");
  });
});
