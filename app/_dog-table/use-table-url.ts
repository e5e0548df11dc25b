"use client";

import { debounce, useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import type { SortKey } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import { isNarrowed, type TableUrl, tableParsers } from "./table-query.ts";

export interface TableUrlState {
  readonly url: TableUrl;
  readonly narrowed: boolean;
  /** Typing: the address follows a quarter of a second behind, without a step in the history for each letter. */
  setSearch(text: string): void;
  setState(state: DogState | null): void;
  setSort(sort: SortKey): void;
  /** Anything else; null takes a value out. One step back in the history undoes it. */
  set(change: Partial<{ [K in keyof TableUrl]: TableUrl[K] | null }>): void;
  clear(): void;
}

/** Filter, search, sort and columns live in the address: it can be shared, and Back undoes. */
export function useTableUrl(): TableUrlState {
  const [url, write] = useQueryStates(tableParsers, { history: "push", scroll: false });
  const set = useCallback<TableUrlState["set"]>((change) => void write(change), [write]);
  return useMemo(
    () => ({
      url,
      narrowed: isNarrowed(url),
      set,
      setSearch: (text) =>
        void write({ q: text === "" ? null : text }, { history: "replace", limitUrlUpdates: debounce(250) }),
      setState: (state) => set({ state: state === null ? null : [state] }),
      setSort: (sort) => set({ sort, order: url.sort === sort && url.order === "asc" ? "desc" : "asc" }),
      clear: () =>
        set({ q: null, state: null, category: null, reason: null, network: null, gateway: null, site: null }),
    }),
    [url, set, write],
  );
}
