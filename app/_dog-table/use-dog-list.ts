"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { DogPage, DogRow } from "#lib/contracts/reconnection.ts";
import type { dogListOptions } from "./dog-lists.ts";
import { rowsOf } from "./live-rows.ts";

export interface DogListState {
  readonly rows: readonly DogRow[];
  /** Newest page's totals; null until the first answer. */
  readonly page: DogPage | null;
  readonly error: Error | null;
  readonly isLoading: boolean;
  /** What shows belongs to the filter before. */
  readonly isPrevious: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  readonly failedMore: boolean;
  loadMore(): void;
  retry(): void;
}

/** Rows of one filter and order, page after page. While a new filter is on its way the old rows stay, greyed by the caller. */
export function useDogList(options: ReturnType<typeof dogListOptions>): DogListState {
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const latest = useRef(query);
  useEffect(() => {
    latest.current = query;
  });
  const loadMore = useCallback(() => {
    const now = latest.current;
    if (now.hasNextPage && !now.isFetchingNextPage && !now.isFetchNextPageError) void now.fetchNextPage();
  }, []);
  const retry = useCallback(() => {
    const now = latest.current;
    if (now.isFetchNextPageError) void now.fetchNextPage();
    else void now.refetch();
  }, []);
  return {
    rows,
    page: query.data?.pages[0] ?? null,
    error: query.error,
    isLoading: query.isPending,
    isPrevious: query.isPlaceholderData,
    isLoadingMore: query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    failedMore: query.isFetchNextPageError,
    loadMore,
    retry,
  };
}
