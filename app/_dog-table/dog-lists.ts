import { infiniteQueryOptions } from "@tanstack/react-query";
import type { DogPage, DogQueryInput } from "#lib/contracts/reconnection.ts";
import type { DogPages } from "./live-rows.ts";
import { shareRows } from "./share-rows.ts";
import { queryOf, searchOf, type TableUrl } from "./table-query.ts";

/** Rows of every page after the first: ten thousand dogs are some twenty requests. */
const FURTHER_ROWS = 500;

/** Fetches one page; throws with the API's stable code. Server pages pass their own, which calls the gateway directly. */
export type FetchPage = (query: DogQueryInput, signal?: AbortSignal) => Promise<DogPage>;

/** Infinite list of dogs under `root`, one cache entry a filter and order. */
export function dogListOptions(root: readonly string[], url: TableUrl, fetchPage: FetchPage) {
  const query = queryOf(url);
  return infiniteQueryOptions({
    queryKey: [...root, searchOf(query)] as const,
    queryFn: ({ pageParam, signal }) =>
      fetchPage(pageParam === undefined ? query : { ...query, limit: FURTHER_ROWS, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: DogPage) => last.next_cursor ?? undefined,
    staleTime: 10_000,
    // The library types it as unknown; what comes in is this query's own data.
    structuralSharing: (before: unknown, after: unknown) =>
      shareRows(before as DogPages | undefined, after as DogPages),
  });
}

export type DogListQuery = ReturnType<typeof dogListOptions>;
