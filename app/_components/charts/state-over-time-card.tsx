"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { StateOverTime } from "./lazy.tsx";
import type { ChartMark } from "./state-over-time.tsx";
import { STATE_SERIES, type StatePoint } from "./state-series.ts";
import { useLegend } from "./use-legend.ts";

/** State over time with its frame, legend and table. `empty` says why there is nothing to draw. */
export function StateOverTimeCard(props: {
  readonly title: string;
  readonly caption: ReactNode;
  readonly points: readonly StatePoint[];
  readonly from: number;
  readonly to: number;
  readonly marks?: readonly ChartMark[];
  readonly empty?: ReactNode;
  readonly className?: string | undefined;
}) {
  const t = useTranslations();
  const f = useFormatters();
  const legend = useLegend();
  const table = {
    columns: [t("charts.time"), t("charts.timeUtc"), ...STATE_SERIES.map((key) => t(`states.${key}`))],
    rows: props.points.map((point) => [
      f.clock(point.at),
      f.utcClock(point.at),
      ...STATE_SERIES.map((key) => f.number(point[key])),
    ]),
  };
  return (
    <ChartFrame
      title={props.title}
      caption={props.caption}
      legend={STATE_SERIES.map((key) => ({
        key,
        label: t(`states.${key}`),
        glyph: <StateGlyph state={key} size={12} />,
      }))}
      hidden={legend.hidden}
      onToggle={legend.toggle}
      table={table}
      height={185}
      {...(props.empty === undefined ? {} : { empty: props.empty })}
      className={props.className}
    >
      <StateOverTime
        title={props.title}
        points={props.points}
        from={props.from}
        to={props.to}
        marks={props.marks ?? []}
        hidden={legend.hidden}
      />
    </ChartFrame>
  );
}
