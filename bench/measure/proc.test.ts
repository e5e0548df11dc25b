import { describe, expect, it } from "vitest";
import { parseCpuSeconds, processUse, statusNumber } from "./proc.ts";

describe("what the operating system says of a process", () => {
  it("adds user and system time, whatever the process is called", () => {
    const line = "42 (a ) name) S 1 42 42 0 -1 4194560 1 0 0 0 150 50 7 7 20 0 11 0 100 1 2";
    expect(parseCpuSeconds(line)).toBe(2);
  });

  it("reads a number of the status file, 0 where it is missing", () => {
    expect(statusNumber("Name:\tnode\nVmRSS:\t   54321 kB\nThreads:\t11\n", "VmRSS")).toBe(54_321);
    expect(statusNumber("Name:\tnode\n", "VmRSS")).toBe(0);
  });

  it("sees this very process", () => {
    const use = processUse(process.pid);
    expect(use.cpuSeconds).toBeGreaterThan(0);
    expect(use.rssBytes).toBeGreaterThan(10_000_000);
    expect(use.openFiles).toBeGreaterThan(2);
    expect(use.threads).toBeGreaterThan(1);
  });
});
