import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import { instantText } from "#app/_live/moment.ts";
import type { FleetStats, HistoryHorizon } from "#lib/contracts/fleet.ts";
import type { ScrubRange } from "../model/scrub.ts";

const MINUTE_MS = 60_000;
/** The strip of a day that ends now begins anew so often; as fine as its length allows. */
const STRIP_STEP_MS = 300_000;
const ROOT = ["time-travel"] as const;

/** How far back one can go, and where in the scrubber's day outages began. */
export const travelQueries = {
  horizon: () =>
    queryOptions({
      queryKey: [...ROOT, "horizon"] as const,
      queryFn: ({ signal }) => api<HistoryHorizon>("/api/fleet/horizon", { signal }),
      staleTime: MINUTE_MS,
    }),
  /** The day that ends now is asked for again every minute; an older one does not change. */
  strip: (range: ScrubRange) => {
    const { from, to, endsNow } = range;
    const wanted = endsNow
      ? { from: instantText(from - (from % STRIP_STEP_MS)) }
      : { from: instantText(from), to: instantText(to) };
    return queryOptions({
      queryKey: [...ROOT, "strip", JSON.stringify(wanted)] as const,
      queryFn: ({ signal }) => api<FleetStats>(withQuery("/api/fleet/stats", wanted), { signal }),
      staleTime: MINUTE_MS,
      refetchInterval: endsNow && MINUTE_MS,
      placeholderData: keepPreviousData,
    });
  },
};
