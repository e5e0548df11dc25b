import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdOrder, showHeld } from "./row-order.ts";
import { dogRow } from "./testing/dog-row.ts";

const rows = (...sns: string[]) => sns.map((sn) => dogRow(sn));
const shown = (held: string[], latest: string[]) => {
  const result = showHeld(holdOrder(rows(...held)), rows(...latest));
  return { ids: result.rows.map((row) => row.client_id).join(""), changed: result.changed };
};

describe("held row order", () => {
  it("C20: without a hold the newest order shows", () => {
    const latest = rows("B", "A");
    expect(showHeld(null, latest)).toEqual({ rows: latest, changed: 0 });
  });

  it("C20: rows stay where they are while held, and what moved is counted", () => {
    expect(shown(["A", "B", "C"], ["C", "A", "B"])).toEqual({ ids: "ABC", changed: 1 });
    expect(shown(["A", "B", "C"], ["C", "B", "A"])).toEqual({ ids: "ABC", changed: 2 });
  });

  it("C20: a dog that left stays as last seen, a dog that entered waits", () => {
    expect(shown(["A", "B", "C"], ["A", "X", "C"])).toEqual({ ids: "ABC", changed: 2 });
    expect(shown(["A", "B"], [])).toEqual({ ids: "AB", changed: 2 });
  });

  it("C20: a further page joins at the end and is no change", () => {
    expect(shown(["A", "B"], ["A", "B", "C", "D"])).toEqual({ ids: "ABCD", changed: 0 });
  });

  it("C20: held rows show their newest values", () => {
    const held = holdOrder(rows("A", "B"));
    const latest = [dogRow("B", { state: "settling" }), dogRow("A")];
    expect(showHeld(held, latest).rows.map((row) => row.state)).toEqual(["reconnecting", "settling"]);
  });

  it("C20: whatever arrives, held rows keep their places and no dog shows twice", () => {
    const sns = fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 30 });
    fc.assert(
      fc.property(sns, sns, (before, after) => {
        const ids = showHeld(holdOrder(rows(...before)), rows(...after)).rows.map((row) => row.client_id);
        expect(ids.slice(0, before.length)).toEqual(before);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("C20: nothing counts as changed when nothing did", () => {
    const sns = fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 30 });
    fc.assert(
      fc.property(sns, (ids) => {
        expect(showHeld(holdOrder(rows(...ids)), rows(...ids)).changed).toBe(0);
      }),
    );
  });
});
