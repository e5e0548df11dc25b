"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { isAllUnknown } from "../model/series.ts";

/**
 * What stands in a chart's place: a block of its size while the numbers are on their way, why there is nothing to draw, or nothing
 * at all. `isEmpty` says whether the window holds what the chart counts.
 */
export function useInstead(
  view: StatsView | undefined,
  isEmpty: (view: StatsView) => boolean,
  words: { readonly title: string; readonly text?: (bounds: { from: string; to: string }) => string },
): { readonly empty: ReactNode } | undefined {
  const t = useTranslations("analytics.empty");
  const boundsOf = useWindowBounds();
  if (view === undefined) return { empty: <Skeleton className="h-full min-h-24 w-full" /> };
  if (!isEmpty(view)) return undefined;
  const bounds = boundsOf(view.stats);
  const isUnknown = isAllUnknown(view.stats);
  const title = isUnknown ? t("unknownTitle") : words.title;
  const text = isUnknown ? t("unknownText", bounds) : (words.text?.(bounds) ?? t("calmText", bounds));
  return { empty: <EmptyState className="h-full" title={title} text={text} /> };
}
