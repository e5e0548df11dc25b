import "server-only";
import { type DehydratedState, dehydrate } from "@tanstack/react-query";
import { headers } from "next/headers";
import { createLoader, type SearchParams } from "nuqs/server";
import type { DogListQuery, FetchPage } from "#app/_dog-table/dog-lists.ts";
import { fleetSummaryAt, fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { isPhone } from "#app/_dog-table/is-phone.ts";
import type { TableParsers, TableUrl } from "#app/_dog-table/table-query.ts";
import { momentOf } from "#app/_live/moment.ts";
import { createQueryClient } from "#app/_live/query-client.ts";
import { getSummary, getSummaryAt } from "#app/_server/data.ts";

/** First page of a table and the fleet's counts, as they are or were, for hydration. What fails here the page asks for again, and says why. */
export async function prefetchTable(
  searchParams: Promise<SearchParams>,
  table: {
    readonly parsers: TableParsers;
    readonly list: (url: TableUrl, at: number | null, fetchPage: FetchPage) => DogListQuery;
    readonly fetchPage: FetchPage;
  },
): Promise<{ readonly state: DehydratedState; readonly guessCompact: boolean }> {
  const [url, head, at] = await Promise.all([
    createLoader(table.parsers)(searchParams),
    headers(),
    momentOf(searchParams),
  ]);
  const client = createQueryClient();
  await Promise.allSettled([
    client.infiniteQuery(table.list(url, at, table.fetchPage)),
    at === null
      ? client.query({ ...fleetSummaryQuery, queryFn: getSummary })
      : client.query(fleetSummaryAt(at, getSummaryAt)),
  ]);
  return { state: dehydrate(client), guessCompact: isPhone(head.get("user-agent")) };
}
