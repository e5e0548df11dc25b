import type { InfiniteData } from "@tanstack/react-query";
import type { DogFilter, DogPage, DogRow } from "#lib/contracts/reconnection.ts";
import { mayMatch } from "./table-query.ts";

export type DogPages = InfiniteData<DogPage, string | undefined>;

export interface Patched {
  readonly data: DogPages;
  /** The list itself is out of date: a dog entered or left it, or a value it is sorted or counted by changed. */
  readonly outdated: boolean;
}

/** Puts newer rows into loaded pages, in place. Rows it did not touch keep their identity, so their cells do not render. */
export function patchPages(data: DogPages, rows: readonly DogRow[], filter: DogFilter, inList: InList): Patched {
  const newer = new Map(rows.map((row) => [row.client_id, row]));
  let outdated = false;
  let touched = false;
  const pages = data.pages.map((page) => {
    if (!page.items.some((row) => newer.has(row.client_id))) return page;
    touched = true;
    const items = page.items.map((old) => {
      const row = newer.get(old.client_id);
      if (row === undefined) return old;
      newer.delete(old.client_id);
      if (row.state !== old.state || !inList(row) || !mayMatch(filter, row)) outdated = true;
      return row;
    });
    return { ...page, items };
  });
  for (const row of newer.values()) if (inList(row) && mayMatch(filter, row)) outdated = true;
  return { data: touched ? { ...data, pages } : data, outdated };
}

/** Whether a row belongs to the list at all, whatever the filter (`active` holds only dogs in an outage). */
export type InList = (row: DogRow) => boolean;

/** All loaded rows in order, each dog once: pages fetched at two times may overlap. */
export function rowsOf(data: Pick<DogPages, "pages"> | undefined): readonly DogRow[] {
  if (data === undefined) return [];
  const seen = new Set<string>();
  const rows: DogRow[] = [];
  for (const page of data.pages) {
    for (const row of page.items) {
      if (seen.has(row.client_id)) continue;
      seen.add(row.client_id);
      rows.push(row);
    }
  }
  return rows;
}

/** Keeps the pages down to the last row in view: what a refetch must bring again, and no more. */
export function trimPages(data: DogPages, lastRow: number): DogPages {
  let rows = 0;
  let keep = 0;
  for (const page of data.pages) {
    keep += 1;
    rows += page.items.length;
    if (rows > lastRow) break;
  }
  if (keep >= data.pages.length) return data;
  return { pages: data.pages.slice(0, keep), pageParams: data.pageParams.slice(0, keep) };
}
