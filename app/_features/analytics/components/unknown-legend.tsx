"use client";

import { useTranslations } from "use-intl/react";
import type { LegendItem } from "#app/_components/charts/chart-frame.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import type { Span } from "../model/series.ts";

/** The hatched entry of a legend, where there is anything hatched. */
export function useUnknownLegend(spans: readonly Span[] | undefined): readonly LegendItem[] {
  const t = useTranslations("states");
  if (spans === undefined || spans.length === 0) return [];
  return [{ key: "unknown", label: t("unknown"), glyph: <StateGlyph state="unknown" size={12} /> }];
}
