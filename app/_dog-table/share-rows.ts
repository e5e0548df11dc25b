import type { DogPage, DogRow } from "#lib/contracts/reconnection.ts";
import type { DogPages } from "./live-rows.ts";

/**
 * New pages with the old row objects wherever a dog is unchanged, matched by sn: a row that only moved is not drawn again.
 * (The query library's own sharing matches by position, and one new dog on top would make every row below it new.)
 */
export function shareRows(before: DogPages | undefined, after: DogPages): DogPages {
  // The same pages again must stay the same object: while another list loads they stand in for it at every draw.
  if (before === undefined || before === after) return after;
  const known = new Map<string, DogRow>();
  for (const page of before.pages) for (const row of page.items) known.set(row.client_id, row);
  return { pageParams: after.pageParams, pages: after.pages.map((page) => sharePage(known, page)) };
}

function sharePage(known: ReadonlyMap<string, DogRow>, page: DogPage): DogPage {
  const items = page.items.map((row) => {
    const old = known.get(row.client_id);
    return old !== undefined && isSame(old, row) ? old : row;
  });
  return { ...page, items };
}

/** Equal in every field; what is nested (the two ends of a give-up, a ticket) is one level deep. */
function isSame(a: object, b: object): boolean {
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  if (left.length !== Object.keys(b).length) return false;
  return left.every(([key, value]) => {
    const other = right[key];
    if (value === other) return true;
    return (
      typeof value === "object" && value !== null && typeof other === "object" && other !== null && isSame(value, other)
    );
  });
}
