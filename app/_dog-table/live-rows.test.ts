import { describe, expect, it } from "vitest";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { type DogPages, patchPages, rowsOf, trimPages } from "./live-rows.ts";
import { dogRow } from "./testing/dog-row.ts";

const page = (...rows: DogRow[]) => ({ items: rows, total: rows.length, next_cursor: null, as_of: "", by_state: {} });
const pages = (...all: DogRow[][]): DogPages => ({
  pages: all.map((rows) => page(...rows)),
  pageParams: all.map(() => undefined),
});
const out = (row: DogRow) => row.state !== "connected";

describe("live rows", () => {
  it("C24: a changed row is replaced in place and the others keep their identity", () => {
    const before = pages([dogRow("A"), dogRow("B")], [dogRow("C")]);
    const { data, outdated } = patchPages(before, [dogRow("B", { reconnection_attempts: 4 })], {}, out);
    expect(rowsOf(data).map((row) => row.reconnection_attempts)).toEqual([3, 4, 3]);
    expect(data.pages[0]?.items[0]).toBe(before.pages[0]?.items[0]);
    expect(data.pages[1]).toBe(before.pages[1]);
    expect(outdated).toBe(false);
  });

  it("C24: a change of state, a dog that leaves and a dog that enters make the list outdated", () => {
    const before = pages([dogRow("A")]);
    expect(patchPages(before, [dogRow("A", { state: "gave_up" })], {}, out).outdated).toBe(true);
    expect(patchPages(before, [dogRow("A", { state: "connected" })], {}, out).outdated).toBe(true);
    expect(patchPages(before, [dogRow("X")], {}, out).outdated).toBe(true);
  });

  it("C24: dogs that are not of this list change nothing, not even its identity", () => {
    const before = pages([dogRow("A")]);
    const connected = patchPages(before, [dogRow("X", { state: "connected" })], {}, out);
    expect(connected).toEqual({ data: before, outdated: false });
    expect(connected.data).toBe(before);
    expect(patchPages(before, [dogRow("X")], { network: "5G" }, out).outdated).toBe(false);
  });

  it("C24: a dog on two pages shows once", () => {
    expect(rowsOf(pages([dogRow("A"), dogRow("B")], [dogRow("B"), dogRow("C")])).map((row) => row.client_id)).toEqual([
      "A",
      "B",
      "C",
    ]);
    expect(rowsOf(undefined)).toEqual([]);
  });

  it("C24: a refetch brings the pages down to the last row in view and no more", () => {
    const three = pages([dogRow("A"), dogRow("B")], [dogRow("C"), dogRow("D")], [dogRow("E")]);
    expect(trimPages(three, 0).pages).toHaveLength(1);
    expect(trimPages(three, 2).pages).toHaveLength(2);
    expect(trimPages(three, 99)).toBe(three);
  });
});
