import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LadderDial, ladderColumns } from "./ladder-columns.ts";

function schedule(waits: readonly number[]): LadderDial[] {
  let at = 0;
  return waits.map((waitMs, index) => {
    at += waitMs;
    return { n: index + 1, waitMs, at, estimated: true };
  });
}

describe("backoff ladder", () => {
  it("C22: dials before now lapsed, one waits, the rest are planned", () => {
    const { columns } = ladderColumns(schedule([1_000, 2_000, 4_000, 8_000]), 5_000);
    expect(columns.map((column) => column.status)).toEqual(["lapsed", "lapsed", "waiting", "planned"]);
    expect(columns[2]?.filled).toBe(0.5);
    expect(columns.map((column) => column.height)).toEqual([0.125, 0.25, 0.5, 1]);
  });

  it("C22: after the last dial nothing waits", () => {
    expect(ladderColumns(schedule([1_000, 2_000]), 60_000).columns.every((column) => column.status === "lapsed")).toBe(
      true,
    );
  });

  it("C22: a long schedule keeps the waiting dial in view and counts what it leaves out", () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 60 }),
        fc.nat(4_000_000),
        (waits, now) => {
          const dials = schedule(waits);
          const { columns, hiddenBefore, hiddenAfter } = ladderColumns(dials, now);
          expect(columns.length).toBeLessThanOrEqual(11);
          expect(hiddenBefore + columns.length + hiddenAfter).toBe(dials.length);
          const waiting = dials.find((dial) => dial.at > now);
          expect(columns.filter((column) => column.status === "waiting").map((column) => column.n)).toEqual(
            waiting === undefined ? [] : [waiting.n],
          );
          for (const column of columns) {
            expect(column.height).toBeGreaterThanOrEqual(0);
            expect(column.height).toBeLessThanOrEqual(1);
            expect(column.filled).toBeGreaterThanOrEqual(0);
            expect(column.filled).toBeLessThanOrEqual(1);
          }
        },
      ),
    ));
});
