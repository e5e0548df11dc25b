"use client";

import { useQuery } from "@tanstack/react-query";
import { useFeed } from "#app/_live/live-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import type { DogDetail, DogTimeline } from "#lib/contracts/dogs.ts";
import { dogQueries } from "../api/dog-queries.ts";
import { CONTEXT_MS } from "../model/lane-context.ts";
import type { LaneWindow } from "./use-lane-window.ts";

export interface LaneData {
  /** Spans and marks of the whole lane; of the day before now they come with the dog itself, unless it is too restless for that. */
  readonly whole: DogDetail["timeline"];
  /** What the cards beside the lane tell: of the magnified stretch where one was chosen, else of the whole lane. */
  readonly window: Pick<DogTimeline, "timeline" | "stability"> &
    Partial<Pick<DogTimeline, "outages" | "outages_total">>;
  /** What shows is of the window before. */
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** The dog's past over the lane's window. */
export function useLaneData(sn: string, detail: DogDetail, lane: LaneWindow, now: number): LaneData {
  const { feed } = useFeed();
  const isBasic = useLiveValue((live) => live.isBasic);
  const { context, settled } = lane;
  const recent = useQuery({
    ...dogQueries.recent(sn, CONTEXT_MS[context], feed.store.serverNow),
    enabled: !isBasic,
  });
  const stretch = useQuery({
    ...dogQueries.stretch(sn, settled ?? { from: 0, to: 0 }, settled !== null && settled.to < now),
    enabled: !isBasic && settled !== null,
  });
  const shown = settled === null ? recent : stretch;
  const { timeline } = detail;
  const isDay = context === "24h" && Date.parse(timeline.to) - Date.parse(timeline.from) >= CONTEXT_MS["24h"];
  return {
    whole: isDay ? detail.timeline : (recent.data?.timeline ?? detail.timeline),
    window: windowOf(),
    isLoading: shown.isPlaceholderData || (shown.isFetching && shown.data === undefined),
    error: shown.data === undefined ? shown.error : null,
    retry: () => void shown.refetch(),
  };

  function windowOf(): LaneData["window"] {
    if (settled === null && isDay) return { ...detail, ...outagesOf(recent.data) };
    return shown.data ?? recent.data ?? detail;
  }
}

const outagesOf = (data: DogTimeline | undefined) =>
  data === undefined ? {} : { outages: data.outages, outages_total: data.outages_total };
