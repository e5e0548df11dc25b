import { createLoader } from "nuqs/server";
import { describe, expect, it } from "vitest";
import { dogQuery, SORT_KEYS } from "#lib/contracts/reconnection.ts";
import { filterOf, isNarrowed, mayMatch, queryOf, SORTABLE, searchOf, tableParsersSortedBy } from "./table-query.ts";
import { dogRow } from "./testing/dog-row.ts";

const load = createLoader(tableParsersSortedBy("since"));

describe("the table's URL", () => {
  it("C23: an empty URL is the default list", () => {
    const url = load("");
    expect(isNarrowed(url)).toBe(false);
    expect(searchOf(queryOf(url))).toBe("sort=since&order=asc&limit=200");
  });

  it("C23: what the URL says reaches the API as the API's schema reads it", () => {
    const url = load(
      "?q=a1-04&state=gave_up,probing&category=network&reason=peer_reset&site=Hefei&sort=gives_up_at&order=desc",
    );
    const query = dogQuery.parse(Object.fromEntries(new URLSearchParams(searchOf(queryOf(url)))));
    expect(query).toEqual({
      q: "a1-04",
      state: ["gave_up", "probing"],
      category: ["network"],
      reason: ["peer_reset"],
      site: "Hefei",
      sort: "gives_up_at",
      order: "desc",
      limit: 200,
    });
  });

  it("C23: a URL someone mistyped still shows a table", () => {
    const url = load("?state=nonsense&sort=price&order=up");
    expect(queryOf(url)).toEqual({ sort: "since", order: "asc", limit: 200 });
  });

  it("C23: every key offered for sorting is one the API knows", () => {
    expect([...SORTABLE].sort()).toEqual([...SORT_KEYS].sort());
  });

  it("C23: a search is trimmed and bounded", () => {
    expect(filterOf(load(`?q=${"x".repeat(200)}`)).q).toHaveLength(128);
    expect(filterOf(load("?q=%20%20"))).toEqual({});
  });

  it("C23: the browser's own matching never drops what the server might keep", () => {
    const row = dogRow("A", { state: "gave_up", network: null });
    expect(mayMatch({}, row)).toBe(true);
    expect(mayMatch({ q: "anything" }, row)).toBe(true);
    expect(mayMatch({ state: ["gave_up"] }, row)).toBe(true);
    expect(mayMatch({ state: ["settling"] }, row)).toBe(false);
    expect(mayMatch({ network: "4G" }, row)).toBe(false);
  });
});
