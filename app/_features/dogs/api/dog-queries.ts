import { type DogListQuery, dogListOptions, type FetchPage } from "#app/_dog-table/dog-lists.ts";
import { type TableUrl, tableParsersSortedBy } from "#app/_dog-table/table-query.ts";
import { api, withQuery } from "#app/_live/api.ts";
import type { DogPage, DogRow } from "#lib/contracts/reconnection.ts";

/** By serial number: a fleet is looked up, not ranked. */
export const dogParsers = tableParsersSortedBy("sn");

const ROOT = ["dogs", "list"] as const;

const fetchDogs: FetchPage = (query, signal) => api<DogPage>(withQuery("/api/dogs", query), { signal });

/** Lists of the whole fleet. The server page passes `fetchPage` of its own. */
export const dogQueries = {
  lists: () => ROOT,
  list: (url: TableUrl, at: number | null, fetchPage: FetchPage = fetchDogs): DogListQuery =>
    dogListOptions(ROOT, url, at, fetchPage),
};

/** Whether a dog is in the fleet's list: all but the retired. */
export const isInFleet = (row: DogRow): boolean => row.state !== "retired";
