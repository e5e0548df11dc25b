import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedList } from "./sorted-list.ts";

const byNumber = (a: number, b: number) => a - b;

describe("sorted list", () => {
  it("G70: it equals a sorted array after any adding and removing, and a snapshot never changes", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000 })), { maxLength: 2_500 }),
        (steps) => {
          const list = new SortedList<number>(byNumber);
          const expected = new Set<number>();
          const kept: { snapshot: Iterable<number>; values: number[] }[] = [];
          steps.forEach(([adding, value], i) => {
            if (adding && !expected.has(value)) {
              list.add(value);
              expected.add(value);
            } else if (!adding) expect(list.delete(value)).toBe(expected.delete(value));
            if (i % 400 === 0) kept.push({ snapshot: list.snapshot(), values: [...expected].sort(byNumber) });
          });
          const values = [...expected].sort(byNumber);
          const snapshot = list.snapshot();
          expect([...snapshot]).toEqual(values);
          expect(values.map((_, i) => snapshot.at(i))).toEqual(values);
          expect(list.length).toBe(values.length);
          for (const one of kept) expect([...one.snapshot]).toEqual(one.values);
        },
      ),
      { numRuns: 30 },
    ));

  it("G70: it stays right beyond one chunk, added in order, backwards and in between", () => {
    const list = new SortedList<number>(byNumber);
    for (let i = 0; i < 2_000; i++) list.add(i * 3);
    for (let i = 1_999; i >= 0; i--) list.add(i * 3 + 1);
    expect(list.length).toBe(4_000);
    const values = [...list.snapshot()];
    expect(values).toEqual([...values].sort(byNumber));
  });
});
