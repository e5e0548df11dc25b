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

/** The countdown of the wire counts down with every answer; the page's own runs on `next_retry_time`. */
const COUNTS_DOWN = "time_until_retry";

/** Equal in every field but that; what is nested (the two ends of a give-up, a ticket) is one level deep. */
function isSame(a: object, b: object): boolean {
  const [left, right] = [a, b] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>];
  let fields = 0;
  for (const key in left) {
    fields += 1;
    const value = left[key];
    const other = right[key];
    if (value === other || key === COUNTS_DOWN) continue;
    if (typeof value !== "object" || value === null || typeof other !== "object" || other === null) return false;
    if (!isSame(value, other)) return false;
  }
  return fields === Object.keys(b).length;
}
