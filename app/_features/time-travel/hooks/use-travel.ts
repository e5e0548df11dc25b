"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { useTrueNow } from "#app/_live/use-server-now.ts";
import { travelQueries } from "../api/travel-queries.ts";
import { moveTo } from "../model/scrub.ts";

export interface Travel {
  readonly at: number | null;
  /** The server's clock, in whole seconds. */
  readonly now: number;
  /** Where history begins; null where it is not known. */
  readonly earliest: number | null;
  /** Moves there; into the past it is one step of the browser's history, within it none. */
  readonly move: (wanted: number) => void;
  readonly toLive: () => void;
}

/** Where in time the page is and the hands that move it. */
export function useTravel(): Travel {
  const { at, go } = useMoment();
  const now = useTrueNow();
  const { data: horizon } = useQuery(travelQueries.horizon());
  const earliest = instantMs(horizon?.earliest ?? null);
  const isPast = at !== null;
  const move = useCallback(
    (wanted: number) => {
      const next = moveTo(wanted, { now, earliest });
      if (next !== null || isPast) go(next, isPast && next !== null ? "replace" : "push");
    },
    [now, earliest, isPast, go],
  );
  const toLive = useCallback(() => go(null), [go]);
  return { at, now, earliest, move, toLive };
}
