import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { LaneView } from "#app/_components/charts/lane-view.ts";
import { api, withQuery } from "#app/_live/api.ts";
import { instantText } from "#app/_live/moment.ts";
import type { DogDetail, DogPage, DogTimeline } from "#lib/contracts/dogs.ts";
import type { FeedPage } from "#lib/contracts/fleet.ts";
import type { ReconnectionStatus } from "#lib/contracts/reconnection.ts";

const LOG_EVENTS = 60;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface EventsWanted {
  readonly before?: string | undefined;
  readonly limit: number;
}
type FetchDog = (sn: string, signal: AbortSignal) => Promise<DogDetail>;
type FetchEvents = (sn: string, wanted: EventsWanted, signal: AbortSignal) => Promise<FeedPage>;

const path = (sn: string) => `/api/dogs/${encodeURIComponent(sn)}`;
const fetchDog: FetchDog = (sn, signal) => api(path(sn), { signal });
const fetchEvents: FetchEvents = (sn, wanted, signal) => api(withQuery(`${path(sn)}/events`, wanted), { signal });

const fetchTimeline = (sn: string, range: { readonly from: number; readonly to: number | null }, signal: AbortSignal) =>
  api<DogTimeline>(
    withQuery(`${path(sn)}/timeline`, {
      from: instantText(range.from),
      to: range.to === null ? undefined : instantText(range.to),
    }),
    { signal },
  );

/** Files of the dog's past in a window: its outages, its events. */
export const dogExports = (sn: string, view: LaneView) => {
  const window = { from: instantText(view.from), to: instantText(view.to) };
  return {
    outages: (kind: "csv" | "json") => withQuery(`/api/fleet/outages.${kind}`, { sn, ...window }),
    events: (kind: "csv" | "json") => withQuery(`${path(sn)}/events.${kind}`, window),
  };
};

/** One dog's page. The server page passes fetchers of its own. */
export const dogQueries = {
  of: (sn: string) => ["dog", sn] as const,
  detail: (sn: string, fetch: FetchDog = fetchDog) =>
    queryOptions({
      queryKey: [...dogQueries.of(sn), "detail"] as const,
      queryFn: ({ signal }) => fetch(sn, signal),
    }),
  timelines: (sn: string) => [...dogQueries.of(sn), "timeline"] as const,
  /** What became of it in the last `lengthMs`; asked for again with the dog's events. The window before stays until this one is there. */
  recent: (sn: string, lengthMs: number, now: () => number) =>
    queryOptions({
      queryKey: [...dogQueries.timelines(sn), lengthMs] as const,
      queryFn: ({ signal }) => fetchTimeline(sn, { from: now() - lengthMs, to: null }, signal),
      staleTime: MINUTE_MS,
      placeholderData: keepPreviousData,
    }),
  /** The same of a stretch that is over; one that reaches to now is asked for again with the dog's events. */
  stretch: (sn: string, view: LaneView, isOver: boolean) =>
    queryOptions({
      queryKey: [...(isOver ? ["dog-past", sn] : dogQueries.timelines(sn)), view.from, view.to],
      queryFn: ({ signal }) => fetchTimeline(sn, view, signal),
      staleTime: isOver ? Number.POSITIVE_INFINITY : MINUTE_MS,
      placeholderData: keepPreviousData,
    }),
  /** Newest first; older pages by `before`. */
  log: (sn: string, fetch: FetchEvents = fetchEvents) =>
    infiniteQueryOptions({
      queryKey: [...dogQueries.of(sn), "log"] as const,
      queryFn: ({ pageParam, signal }) => fetch(sn, { before: pageParam, limit: LOG_EVENTS }, signal),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last: FeedPage) => last.next_before ?? undefined,
    }),
  /** What the seed's endpoint answers, word for word. */
  status: (sn: string) =>
    queryOptions({
      queryKey: [...dogQueries.of(sn), "status"] as const,
      queryFn: ({ signal }) =>
        api<ReconnectionStatus>("/api/reconnection/status", { method: "POST", body: { client_id: sn }, signal }),
    }),
  neighbours: (sn: string) =>
    queryOptions({
      queryKey: ["dog-neighbours", sn] as const,
      queryFn: ({ signal }) => fetchNeighbours(sn, signal),
      staleTime: 60_000,
    }),
};

/** A timeline of more than a day: a second changes nothing that is seen of it, and it is dear. */
export function isLongTimeline(sn: string, queryKey: readonly unknown[]): boolean {
  const start = dogQueries.timelines(sn);
  if (!start.every((part, index) => queryKey[index] === part)) return false;
  const [lengthOrFrom, to] = queryKey.slice(start.length);
  const lengthMs = typeof to === "number" ? to - Number(lengthOrFrom) : Number(lengthOrFrom);
  return lengthMs > DAY_MS;
}

export interface Neighbours {
  readonly previous: string | null;
  readonly next: string | null;
}

const MOST_ROWS = 1_000;

/** The dogs before and after by serial number: asked among those that share its beginning, less of it until both sides are found. */
async function fetchNeighbours(sn: string, signal: AbortSignal): Promise<Neighbours> {
  let found: Neighbours = { previous: null, next: null };
  for (const q of [sn.slice(0, -2), sn.slice(0, -3), ""]) {
    const page = await api<DogPage>(withQuery("/api/dogs", { q, sort: "sn", limit: MOST_ROWS }), { signal });
    found = neighboursIn(
      page.items.map((row) => row.client_id),
      sn,
    );
    if (found.previous !== null && found.next !== null) break;
  }
  return found;
}

/** The names before and after `sn` in a sorted list; null at its ends and where it is not in it. */
export function neighboursIn(sorted: readonly string[], sn: string): Neighbours {
  const index = sorted.indexOf(sn);
  if (index === -1) return { previous: null, next: null };
  return { previous: sorted[index - 1] ?? null, next: sorted[index + 1] ?? null };
}
