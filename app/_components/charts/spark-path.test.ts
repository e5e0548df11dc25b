import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sparkPath } from "./spark-path.ts";

describe("sparkline", () => {
  it("C24: every point lies in the box, whatever the values", () =>
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.nat(100_000)), { maxLength: 130 }),
        fc.constantFrom("fit", "zero"),
        (values, baseline) => {
          const path = sparkPath(values, 200, 26, baseline);
          expect(path.line).not.toMatch(/NaN|Infinity/);
          expect(path.last === null).toBe(values.every((value) => value === null));
          if (path.last !== null) {
            expect(path.last.x).toBeGreaterThanOrEqual(0);
            expect(path.last.x).toBeLessThanOrEqual(1);
            expect(path.last.y).toBeGreaterThanOrEqual(0);
            expect(path.last.y).toBeLessThanOrEqual(1);
          }
        },
      ),
    ));

  it("C24: time nobody watched breaks the line", () => {
    expect(sparkPath([1, 2, null, 4, 5], 200, 26).line.match(/M/g)).toHaveLength(2);
  });
});
