import { describe, expect, it } from "vitest";
import {
  headState,
  isSelected,
  MATCHING,
  MAX_SELECTED,
  NOTHING,
  selectedCount,
  selectRange,
  toggleLoaded,
  toggleRow,
} from "./selection.ts";

const some = (...ids: string[]) => ({ type: "some", ids: new Set(ids) }) as const;

describe("selection", () => {
  it("C21: a row toggles in and out", () => {
    const one = toggleRow(NOTHING, "A", ["A", "B"]);
    expect(one).toEqual(some("A"));
    expect(toggleRow(one, "A", ["A", "B"])).toEqual(some());
  });

  it("C21: all that match counts what the server counts, and selects every row shown", () => {
    expect(selectedCount(MATCHING, 312)).toBe(312);
    expect(isSelected(MATCHING, "any")).toBe(true);
    expect(headState(MATCHING, ["A"])).toBe("all");
  });

  it("C21: taking one row out of all that match leaves the other loaded ones", () => {
    expect(toggleRow(MATCHING, "B", ["A", "B", "C"])).toEqual(some("A", "C"));
  });

  it("C21: a range is selected in either direction and keeps what was selected", () => {
    expect(selectRange(some("Z"), "C", "A", ["A", "B", "C", "D"])).toEqual(some("Z", "A", "B", "C"));
  });

  it("C21: a range from a row that has gone is one row", () => {
    expect(selectRange(NOTHING, "gone", "B", ["A", "B"])).toEqual(some("B"));
  });

  it("C21: the head's box selects what is loaded, then nothing", () => {
    const all = toggleLoaded(some("A"), ["A", "B"]);
    expect(all).toEqual(some("A", "B"));
    expect(headState(some("A"), ["A", "B"])).toBe("some");
    expect(toggleLoaded(all, ["A", "B"])).toEqual(NOTHING);
    expect(headState(NOTHING, [])).toBe("none");
  });

  it("C21: no selection by hand exceeds what one request may carry", () => {
    const many = Array.from({ length: MAX_SELECTED + 50 }, (_, index) => `D${index}`);
    const full = toggleLoaded(NOTHING, many);
    expect(selectedCount(full, many.length)).toBe(MAX_SELECTED);
    expect(selectedCount(toggleRow(full, "extra", many), many.length)).toBe(MAX_SELECTED);
    expect(selectedCount(selectRange(NOTHING, "D0", "D1040", many), many.length)).toBe(MAX_SELECTED);
  });
});
