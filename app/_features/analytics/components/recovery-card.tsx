"use client";

import { memo, useCallback, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { LinesOverTime } from "#app/_components/charts/lazy.tsx";
import type { LinePoint, LineSeries } from "#app/_components/charts/line-series.ts";
import { LineSwatch } from "#app/_components/charts/line-swatch.tsx";
import { durationScale } from "#app/_components/charts/scale.ts";
import { useTimeColumns } from "#app/_components/charts/time-words.ts";
import { useLegend } from "#app/_components/charts/use-legend.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { largest, PERCENTILES, type Percentile, recoveryPoints, unknownSpans } from "../model/series.ts";
import { useInstead } from "./instead.tsx";
import { useUnknownLegend } from "./unknown-legend.tsx";

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
  const drawn = useMemo(
    () => (stats === undefined ? undefined : { points: recoveryPoints(stats), unknown: unknownSpans(stats) }),
    [stats],
  );
  const series = useMemo(() => PERCENTILES.map((key): LineSeries => ({ ...LOOK[key], key, label: t(key) })), [t]);
  const unknownLegend = useUnknownLegend(drawn?.unknown);
  const scale = useMemo(
    () =>
      durationScale(
        largest(
          drawn?.points ?? [],
          PERCENTILES.filter((key) => !legend.hidden.has(key)),
        ),
      ),
    [drawn, legend.hidden],
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
    rows: (drawn?.points ?? []).map(({ at, values }) => [
      f.dayMinutes(at),
      f.utcDayMinutes(at),
      f.number(values.recovered ?? 0),
      ...PERCENTILES.map((key) => duration(values[key])),
    ]),
  };
  return (
    <ChartFrame
      title={t("title")}
      {...(view === undefined
        ? {}
        : { caption: t("caption", { window: view.span, bucket: f.duration(view.stats.reason_bucket_ms) }) })}
      legend={[
        ...series.map((line) => ({ key: line.key, label: line.label, glyph: <LineSwatch series={line} /> })),
        ...unknownLegend,
      ]}
      hidden={legend.hidden}
      onToggle={legend.toggle}
      legendOnPhone
      table={view === undefined ? null : table}
      height={190}
      {...instead}
    >
      {view !== undefined && drawn !== undefined && (
        <LinesOverTime
          title={t("title")}
          {...drawn}
          series={series}
          from={Date.parse(view.stats.from)}
          to={Date.parse(view.stats.to)}
          bucketMs={view.stats.reason_bucket_ms}
          scale={scale}
          word={f.duration}
          axisWidth={AXIS_WIDTH}
          hidden={legend.hidden}
          rows={rows}
        />
      )}
    </ChartFrame>
  );
});
