import { describe, expect, it } from "vitest";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { type DogPages, rowsOf } from "./live-rows.ts";
import { shareRows } from "./share-rows.ts";
import { dogRow } from "./testing/dog-row.ts";

const pages = (...items: DogRow[]): DogPages => ({
  pages: [{ items, total: items.length, next_cursor: null, as_of: "", by_state: {} }],
  pageParams: [undefined],
});

describe("shared rows", () => {
  it("C24: a dog that only moved keeps its row object", () => {
    const before = pages(dogRow("A"), dogRow("B"));
    const after = rowsOf(shareRows(before, pages(dogRow("X"), dogRow("B"), dogRow("A"))));
    const [a, b] = rowsOf(before);
    expect(after.map((row) => row.client_id)).toEqual(["X", "B", "A"]);
    expect(after[1]).toBe(b);
    expect(after[2]).toBe(a);
  });

  it("C24: any field that changed, nested ones too, makes a new row", () => {
    const before = pages(dogRow("A"), dogRow("B"), dogRow("C"));
    const changed = [
      dogRow("A", { reconnection_attempts: 4 }),
      dogRow("B", { gives_up_at: null }),
      dogRow("C", { gives_up_at: ["2026-01-05T19:14:08.000Z", "2026-01-05T19:16:00.000Z"] }),
    ];
    expect(rowsOf(shareRows(before, pages(...changed)))).toEqual(changed);
  });

  it("C24: the countdown of the wire alone makes no new row: the page counts by itself", () => {
    const before = pages(dogRow("A", { time_until_retry: "12s" }));
    const after = rowsOf(shareRows(before, pages(dogRow("A", { time_until_retry: "11s" }))));
    expect(after[0]).toBe(rowsOf(before)[0]);
  });

  it("C24: the first answer is taken as it is", () => {
    const after = pages(dogRow("A"));
    expect(shareRows(undefined, after)).toBe(after);
  });

  it("C24: pages that stand in for a list that loads stay one object, or drawing them would never end", () => {
    const standIn = pages(dogRow("A"));
    expect(shareRows(standIn, standIn)).toBe(standIn);
  });
});
