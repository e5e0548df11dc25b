import { infiniteQueryOptions } from "@tanstack/react-query";
import { instantText } from "#app/_live/moment.ts";
import { pastKey } from "#app/_live/past-key.ts";
import type { DogPage, DogQueryInput } from "#lib/contracts/reconnection.ts";
import type { DogPages } from "./live-rows.ts";
import { shareRows } from "./share-rows.ts";
import { queryOf, searchOf, type TableUrl } from "./table-query.ts";

/** Rows of every page after the first: ten thousand dogs are some twenty requests. */
const FURTHER_ROWS = 500;
const FRESH_MS = 10_000;

/** A list's question, and the moment it is asked about; without one it is now. */
export interface DogListAsked extends DogQueryInput {
  readonly at?: string;
}

/** Fetches one page; throws with the API's stable code. Server pages pass their own, which calls the gateway directly. */
export type FetchPage = (query: DogListAsked, signal?: AbortSignal) => Promise<DogPage>;

/** Infinite list of dogs under `root`, one cache entry a filter and order. At a moment of the past (`at`) it is out of the feed's reach. */
export function dogListOptions(root: readonly string[], url: TableUrl, at: number | null, fetchPage: FetchPage) {
  const query: DogListAsked = at === null ? queryOf(url) : { ...queryOf(url), at: instantText(at) };
  const search = searchOf(queryOf(url));
  return infiniteQueryOptions({
    queryKey: at === null ? [...root, search] : pastKey(at, ...root, search),
    queryFn: ({ pageParam, signal }) =>
      fetchPage(pageParam === undefined ? query : { ...query, limit: FURTHER_ROWS, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: DogPage) => last.next_cursor ?? undefined,
    staleTime: at === null ? FRESH_MS : Number.POSITIVE_INFINITY,
    // The library types it as unknown; what comes in is this query's own data.
    structuralSharing: (before: unknown, after: unknown) =>
      shareRows(before as DogPages | undefined, after as DogPages),
  });
}

export type DogListQuery = ReturnType<typeof dogListOptions>;
