import { type QueryClient, queryOptions, skipToken } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import type { FeedEvent, FeedPage } from "#lib/contracts/fleet.ts";

const ROOT = ["feed"] as const;
const FIRST_EVENTS = 200;
const MOST_EVENTS = 200;

type FetchFeed = (wanted: { readonly limit: number }, signal: AbortSignal) => Promise<FeedPage>;

const fetchFeed: FetchFeed = (wanted, signal) => api(withQuery("/api/fleet/events", wanted), { signal });

/** The newest events of the fleet, and how many come in a minute. The server page passes a fetcher of its own. */
export const feedQueries = {
  recent: (fetch: FetchFeed = fetchFeed) =>
    queryOptions({
      queryKey: [...ROOT, "recent"] as const,
      queryFn: async ({ signal }): Promise<readonly FeedEvent[]> =>
        (await fetch({ limit: FIRST_EVENTS }, signal)).items,
    }),
  /** Told by the stream alone; null until the first word of it. */
  rate: () => queryOptions<number | null>({ queryKey: [...ROOT, "rate"] as const, queryFn: skipToken }),
};

/** Newer events before the ones held, each once, newest first. */
export function mergeEvents(held: readonly FeedEvent[], newer: readonly FeedEvent[]): readonly FeedEvent[] {
  const known = new Set(held.map(({ id }) => id));
  const added = newer.filter(({ id }) => !known.has(id));
  return added.length === 0 ? held : [...added, ...held].slice(0, MOST_EVENTS);
}

export const feedWriter: LiveWriter = {
  events({ items, rate_per_min }, client: QueryClient) {
    client.setQueryData(feedQueries.rate().queryKey, rate_per_min);
    client.setQueryData(feedQueries.recent().queryKey, (held) =>
      held === undefined ? held : mergeEvents(held, items),
    );
  },
};
