"use client";

import { debounce, useQueryStates } from "nuqs";
import { useCallback, useMemo } from "react";
import type { SortKey } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import { isNarrowed, type TableParsers, type TableUrl } from "./table-query.ts";
import { useSettled } from "./use-settled.ts";

export interface TableUrlState {
  readonly url: TableUrl;
  /** The same with the search as it last stood still: what is asked of the server. */
  readonly settled: TableUrl;
  readonly narrowed: boolean;
  /** Typing: the address follows a quarter of a second behind, without a step in the history for each letter. */
  setSearch(text: string): void;
  setStates(states: readonly DogState[]): void;
  setSort(sort: SortKey): void;
  /** Anything else; null takes a value out. One step back in the history undoes it. */
  set(change: Partial<{ [K in keyof TableUrl]: TableUrl[K] | null }>): void;
  clear(): void;
}

const TYPING_MS = 250;

/** Filter, search, sort and columns live in the address: it can be shared, and Back undoes. `parsers` is a constant. */
export function useTableUrl(parsers: TableParsers): TableUrlState {
  const [url, write] = useQueryStates(parsers, { history: "push", scroll: false });
  const q = useSettled(url.q, TYPING_MS);
  const settled = useMemo(() => ({ ...url, q }), [url, q]);
  const set = useCallback<TableUrlState["set"]>((change) => void write(change), [write]);
  return useMemo(
    () => ({
      url,
      settled,
      narrowed: isNarrowed(url),
      set,
      setSearch: (text) =>
        void write({ q: text === "" ? null : text }, { history: "replace", limitUrlUpdates: debounce(TYPING_MS) }),
      setStates: (states) => set({ state: states.length === 0 ? null : [...states] }),
      setSort: (sort) => set({ sort, order: url.sort === sort && url.order === "asc" ? "desc" : "asc" }),
      clear: () =>
        set({ q: null, state: null, category: null, reason: null, network: null, gateway: null, site: null }),
    }),
    [url, settled, set, write],
  );
}
