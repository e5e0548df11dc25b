"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { type ReactNode, useDeferredValue, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { ApiError } from "#app/_live/api-error.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import { overviewQueries } from "../api/overview-queries.ts";

export interface StatsView {
  readonly stats: FleetStats | undefined;
  /** Stands in a chart's place while there are no statistics: a block of its size, or why there are none. */
  readonly instead: ReactNode;
}

/** Statistics of a window, as of the moment the page shows. Changing the window keeps the old drawing until the new one is there. */
export function useStats(span: StatsSpan): StatsView {
  const t = useTranslations("overview");
  const at = useAt();
  const isLocked = useLiveValue((live) => live.isLocked);
  const {
    data: latest,
    error,
    isFetching,
    refetch,
  } = useQuery({
    ...overviewQueries.stats(span, at),
    placeholderData: keepPreviousData,
  });
  // Charts are drawn between what is urgent: counts, countdowns, keys.
  const data = useDeferredValue(useThen(latest, at !== null));
  if (data !== undefined) return { stats: data, instead: undefined };
  if (error === null || latest !== undefined)
    return { stats: undefined, instead: <Skeleton className="h-full w-full" /> };
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === "unsupported_upstream") {
    const instead = <EmptyState icon={<History aria-hidden />} title={t("basic.title")} text={t("basic.text")} />;
    return { stats: undefined, instead };
  }
  const instead = (
    <ErrorState
      title={t("failed.title")}
      {...(isLocked ? {} : { text: t("failed.text") })}
      code={code}
      pending={isFetching}
      onRetry={() => void refetch()}
      className="h-full overflow-auto"
    />
  );
  return { stats: undefined, instead };
}

/** Statistics of a past window bring what is running now beside them: nothing of that moment. */
function useThen(stats: FleetStats | undefined, isPast: boolean): FleetStats | undefined {
  return useMemo(() => {
    if (stats === undefined || !isPast) return stats;
    const { attempts, delays } = stats;
    return { ...stats, attempts: { ...attempts, running: [] }, delays: { ...delays, waiting: [] } };
  }, [stats, isPast]);
}
