"use client";

import { type ComponentProps, useMemo } from "react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { LinesOverTime } from "#app/_components/charts/lazy.tsx";
import type { LinePoint } from "#app/_components/charts/line-series.ts";
import { LineSwatch } from "#app/_components/charts/line-swatch.tsx";
import type { useLegend } from "#app/_components/charts/use-legend.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { unknownSpans } from "../model/series.ts";
import type { useInstead } from "./instead.tsx";
import { useUnknownLegend } from "./unknown-legend.tsx";

type Lines = ComponentProps<typeof LinesOverTime>;

/** A card of lines over the buckets of the window's outcomes. One line alone is named by the title: it needs no legend. */
export function LineCard({
  view,
  points,
  title,
  caption,
  legend,
  table,
  instead,
  ...drawing
}: Pick<Lines, "title" | "series" | "scale" | "word" | "axisWidth" | "rows"> & {
  readonly view: StatsView | undefined;
  /** One a bucket; undefined while there is no view. */
  readonly points: readonly LinePoint[] | undefined;
  readonly caption: (of: { readonly window: string; readonly bucket: string }) => string;
  readonly legend: ReturnType<typeof useLegend>;
  readonly table: NonNullable<ComponentProps<typeof ChartFrame>["table"]>;
  readonly instead: ReturnType<typeof useInstead>;
}) {
  const f = useFormatters();
  const stats = view?.stats;
  const unknown = useMemo(() => (stats === undefined ? [] : unknownSpans(stats)), [stats]);
  const unknownLegend = useUnknownLegend(unknown);
  const lines = drawing.series.map((line) => ({
    key: line.key,
    label: line.label,
    glyph: <LineSwatch series={line} />,
  }));
  const isPlain = lines.length === 1 && unknownLegend.length === 0;
  return (
    <ChartFrame
      title={title}
      {...(view === undefined
        ? {}
        : { caption: caption({ window: view.span, bucket: f.duration(view.stats.reason_bucket_ms) }) })}
      {...(isPlain ? {} : { legend: [...lines, ...unknownLegend] })}
      hidden={legend.hidden}
      onToggle={legend.toggle}
      legendOnPhone
      table={view === undefined ? null : table}
      height={190}
      {...instead}
    >
      {stats !== undefined && points !== undefined && (
        <LinesOverTime
          title={title}
          {...drawing}
          points={points}
          unknown={unknown}
          from={Date.parse(stats.from)}
          to={Date.parse(stats.to)}
          bucketMs={stats.reason_bucket_ms}
          hidden={legend.hidden}
        />
      )}
    </ChartFrame>
  );
}
