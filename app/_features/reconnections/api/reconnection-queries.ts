import { type DogListQuery, dogListOptions, type FetchPage } from "#app/_dog-table/dog-lists.ts";
import { type TableUrl, tableParsersSortedBy } from "#app/_dog-table/table-query.ts";
import { api, withQuery } from "#app/_live/api.ts";
import type { DogPage, DogRow } from "#lib/contracts/reconnection.ts";
import { ACTIVE_STATES } from "#lib/fleet/dog.ts";

/** The longest out first. */
export const reconnectionParsers = tableParsersSortedBy("since");

const ROOT = ["reconnections", "list"] as const;

const fetchActive: FetchPage = (query, signal) =>
  api<DogPage>(withQuery("/api/reconnection/active", query), { signal });

/** Lists of dogs in an outage. The server page passes `fetchPage` of its own. */
export const reconnectionQueries = {
  lists: () => ROOT,
  list: (url: TableUrl, at: number | null, fetchPage: FetchPage = fetchActive): DogListQuery =>
    dogListOptions(ROOT, url, at, fetchPage),
};

/** Whether a dog is in `active` at all. */
export const isInOutage = (row: DogRow): boolean => ACTIVE_STATES.some((state) => state === row.state);

/** The filtered list as a file, in the order shown. */
export const csvHref = (query: object): string => withQuery("/api/reconnection/active.csv", query);
