"use client";

import { memo, useCallback, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import type { LinePoint, LineSeries } from "#app/_components/charts/line-series.ts";
import { LineSwatch } from "#app/_components/charts/line-swatch.tsx";
import { useTimeColumns } from "#app/_components/charts/time-words.ts";
import { useLegend } from "#app/_components/charts/use-legend.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { rateOf } from "#app/_stats-window/buckets.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { ratePoints } from "../model/series.ts";
import { useInstead } from "./instead.tsx";
import { LineCard } from "./line-card.tsx";

const AXIS_WIDTH = 42;
const SCALE = { max: 100, ticks: [0, 50, 100] };
const LOOK = { key: "rate", color: "var(--chart-2)", width: 1.8 };
const nothingDecided = ({ stats }: StatsView) => stats.outcomes.every((outcome) => rateOf(outcome) === null);

/** Share of the outages decided in each bucket that were recovered. */
export const SuccessCard = memo(function SuccessCard({ view }: { readonly view: StatsView | undefined }) {
  const t = useTranslations("analytics.success");
  const f = useFormatters();
  const percent = usePercent();
  const legend = useLegend();
  const instead = useInstead(view, nothingDecided, {
    title: t("emptyTitle"),
    text: (bounds) => t("emptyText", bounds),
  });
  const stats = view?.stats;
  const points = useMemo(() => (stats === undefined ? undefined : ratePoints(stats)), [stats]);
  const series = useMemo((): LineSeries[] => [{ ...LOOK, label: t("rate") }], [t]);
  const word = useCallback((value: number) => percent.words(value / 100, 0), [percent.words]);
  const rows = useCallback(
    ({ values }: LinePoint) => {
      const [recovered, gaveUp] = [values.recovered ?? 0, values.gave_up ?? 0];
      return [
        {
          key: "rate",
          label: t("rate"),
          value: values.rate == null ? t("none") : percent.words(values.rate / 100),
          glyph: <LineSwatch series={{ ...LOOK, color: "currentColor" }} />,
        },
        { key: "decided", label: t("decided"), value: f.number(recovered + gaveUp) },
        { key: "recovered", label: t("recovered"), value: f.number(recovered) },
        { key: "gave_up", label: t("gaveUp"), value: f.number(gaveUp) },
      ];
    },
    [t, f, percent.words],
  );
  const table = {
    columns: [...useTimeColumns(), t("decided"), t("recovered"), t("gaveUp"), t("rate")],
    rows: (stats?.outcomes ?? []).map((outcome) => {
      const [at, rate] = [Date.parse(outcome.at), rateOf(outcome)];
      return [
        f.dayMinutes(at),
        f.utcDayMinutes(at),
        f.number(outcome.recovered + outcome.gave_up),
        f.number(outcome.recovered),
        f.number(outcome.gave_up),
        rate === null ? t("none") : percent.words(rate),
      ];
    }),
  };
  return (
    <LineCard
      view={view}
      points={points}
      title={t("title")}
      caption={(of) => t("caption", of)}
      series={series}
      scale={SCALE}
      word={word}
      axisWidth={AXIS_WIDTH}
      rows={rows}
      legend={legend}
      table={table}
      instead={instead}
    />
  );
});
