import { describe, expect, it } from "vitest";
import { Values, type WorkResult } from "./results.ts";
import { cell, figure, markdownTable, terminalTable } from "./table.ts";

function result(failures: readonly string[] = []): WorkResult {
  const values = new Values();
  for (const value of [20, 10, 30]) values.add("leash", "cpu", value);
  values.add("bare", "cpu", 10);
  values.add("socket.io", "cpu", 40);
  values.add("leash", "only_ours", 1_234.5);
  const metrics = {
    cpu: { says: "CPU per dog", unit: "µs", better: "lower" },
    only_ours: { says: "bytes", unit: "B", better: "lower" },
    nobodys: { says: "never measured", unit: "B", better: "lower" },
  } as const;
  const rows = values.rows(metrics, ["leash", "bare", "socket.io"]);
  return { work: "login", title: "Login", bareIs: "a bare server", rows, failures };
}

describe("the table of a work", () => {
  it("shows three figures and separates thousands", () => {
    expect([0, 0.1234, 1.234, 12.34, 1_234.5, -50].map(figure)).toEqual(["0", "0.123", "1.23", "12.3", "1,235", "-50"]);
  });

  it("shows the range only where there was more than one round", () => {
    expect(cell({ median: 2, min: 1, max: 3, rounds: 3 })).toBe("2 [1, 3]");
    expect(cell({ median: 2, min: 2, max: 2, rounds: 1 })).toBe("2");
    expect(cell(undefined)).toBe("-");
  });

  it("divides our median by each peer's and leaves out what nobody measured", () => {
    const { rows } = result();
    expect(rows.map(({ metric, toBare, toSocketIo }) => [metric, toBare, toSocketIo])).toEqual([
      ["cpu", 2, 0.5],
      ["only_ours", null, null],
    ]);
  });

  it("writes the same cells for a terminal and as Markdown", () => {
    expect(terminalTable(result())).toContain("20 [10, 30]    10         40    2.00x         0.50x");
    expect(markdownTable(result())).toContain("| CPU per dog | µs | 20 [10, 30] | 10 | 40 | 2.00x | 0.50x |");
    expect(markdownTable(result())).toContain("| bytes | B | 1,235 | - | - | - | - |");
  });

  it("says loudly what failed", () => {
    expect(terminalTable(result(["bare, round 1: work not done"]))).toContain("FAILED: bare, round 1: work not done");
    expect(markdownTable(result(["bare, round 1: work not done"]))).toContain("FAILED: bare, round 1");
  });

  it("refuses what is no number", () => {
    expect(() => new Values().add("leash", "cpu", Number.NaN)).toThrow("leash cpu: NaN is no result");
  });
});
