"use client";

import { memo, useCallback, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import type { LinePoint, LineSeries } from "#app/_components/charts/line-series.ts";
import { LineSwatch } from "#app/_components/charts/line-swatch.tsx";
import { durationScale } from "#app/_components/charts/scale.ts";
import { useTimeColumns } from "#app/_components/charts/time-words.ts";
import { useLegend } from "#app/_components/charts/use-legend.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { largest, PERCENTILES, type Percentile, recoveryPoints } from "../model/series.ts";
import { useInstead } from "./instead.tsx";
import { LineCard } from "./line-card.tsx";

/** Told apart by lightness, width and dashes; hue is for states. */
const LOOK: Record<Percentile, Omit<LineSeries, "key" | "label">> = {
  p50: { color: "var(--chart-1)", width: 2 },
  p95: { color: "var(--chart-3)", width: 1.5 },
  p99: { color: "var(--chart-3)", width: 1.5, dash: "3 3" },
};
const AXIS_WIDTH = 48;
const nobodyRecovered = ({ stats }: StatsView) => stats.outcomes.every(({ p50_ms }) => p50_ms === null);

/** Median, p95 and p99 of the times to recover, by the bucket in which the outage ended. */
export const RecoveryCard = memo(function RecoveryCard({ view }: { readonly view: StatsView | undefined }) {
  const t = useTranslations("analytics.recovery");
  const f = useFormatters();
  const legend = useLegend();
  const instead = useInstead(view, nobodyRecovered, {
    title: t("emptyTitle"),
    text: (bounds) => t("emptyText", bounds),
  });
  const stats = view?.stats;
  const points = useMemo(() => (stats === undefined ? undefined : recoveryPoints(stats)), [stats]);
  const series = useMemo(() => PERCENTILES.map((key): LineSeries => ({ ...LOOK[key], key, label: t(key) })), [t]);
  const scale = useMemo(
    () =>
      durationScale(
        largest(
          points ?? [],
          PERCENTILES.filter((key) => !legend.hidden.has(key)),
        ),
      ),
    [points, legend.hidden],
  );
  const duration = useCallback(
    (value: number | null | undefined) => (value == null ? t("none") : f.duration(value, 1)),
    [t, f],
  );
  const rows = useCallback(
    ({ values }: LinePoint) => [
      ...PERCENTILES.map((key) => ({
        key,
        label: t(key),
        value: duration(values[key]),
        glyph: <LineSwatch series={{ ...LOOK[key], color: "currentColor" }} />,
      })),
      { key: "recovered", label: t("recovered"), value: f.number(values.recovered ?? 0) },
    ],
    [t, f, duration],
  );
  const table = {
    columns: [...useTimeColumns(), t("recovered"), ...PERCENTILES.map((key) => t(key))],
    rows: (points ?? []).map(({ at, values }) => [
      f.dayMinutes(at),
      f.utcDayMinutes(at),
      f.number(values.recovered ?? 0),
      ...PERCENTILES.map((key) => duration(values[key])),
    ]),
  };
  return (
    <LineCard
      view={view}
      points={points}
      title={t("title")}
      caption={(of) => t("caption", of)}
      series={series}
      scale={scale}
      word={f.duration}
      axisWidth={AXIS_WIDTH}
      rows={rows}
      legend={legend}
      table={table}
      instead={instead}
    />
  );
});
