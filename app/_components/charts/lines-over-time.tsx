"use client";

import { useId } from "react";
import { Line, LineChart, ReferenceArea, ResponsiveContainer, Tooltip } from "recharts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { AXIS_WIDTH, countAxis, horizontalGrid, TOOLTIP, timeAxis } from "./axis.tsx";
import { TimeTooltip, type TooltipRow } from "./chart-tooltip.tsx";
import { HatchPattern } from "./hatch-pattern.tsx";
import { isolated, type LinePoint, type LineSeries } from "./line-series.ts";
import { fractionOf, type Scale, thin, timeTicks, zoneOffsetMs } from "./scale.ts";
import { needsDay, useTickWord } from "./time-words.ts";

/**
 * One line a series over buckets of time, from zero; a null breaks the line, a point between two nulls is a dot. `unknown` are
 * stretches nobody watched, hatched unless "unknown" is hidden. `rows` fills a bucket's tooltip. Instants in epoch ms, at most 120 points are drawn.
 */
export function LinesOverTime(props: {
  readonly title: string;
  readonly points: readonly LinePoint[];
  readonly series: readonly LineSeries[];
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly scale: Scale;
  readonly word: (value: number) => string;
  readonly axisWidth?: number;
  readonly hidden?: ReadonlySet<string>;
  readonly unknown?: readonly { readonly from: number; readonly to: number }[];
  readonly rows: (point: LinePoint) => readonly TooltipRow[];
}) {
  const f = useFormatters();
  const hatch = `${useId()}hatch`;
  const { from, to, scale } = props;
  const tickWord = useTickWord(from, to);
  const points = thin(props.points);
  const shown = props.series.filter(({ key }) => props.hidden?.has(key) !== true);
  const data = points.map(({ at, values }) => ({ ...values, start: at, at: Math.min(to, at + props.bucketMs / 2) }));
  // A word at the very end would be cut by the edge.
  const ticks = timeTicks(from, to, 6, zoneOffsetMs(to, f.timeZone)).filter((at) => fractionOf(at, from, to) < 0.96);
  const width = props.axisWidth ?? AXIS_WIDTH;
  const isHatched = props.hidden?.has("unknown") !== true;
  const unknown = isHatched ? (props.unknown ?? []).filter((span) => span.to > from && span.from < to) : [];
  return (
    <div className="relative h-full min-h-[120px]">
      <ResponsiveContainer width="100%" height="100%">
        <LineChart data={data} margin={{ top: 8, right: 6, bottom: 0, left: 0 }} title={props.title}>
          <defs>
            <HatchPattern id={hatch} color="var(--state-unknown-fill)" />
          </defs>
          {horizontalGrid(scale)}
          {countAxis(scale, { width, word: props.word })}
          {timeAxis({ from, to, ticks, word: tickWord })}
          {unknown.map((span) => (
            <ReferenceArea
              key={span.from}
              x1={Math.max(from, span.from)}
              x2={Math.min(to, span.to)}
              fill={`url(#${hatch})`}
              fillOpacity={0.55}
              stroke="none"
            />
          ))}
          {shown.map((series) => {
            const alone = isolated(points, series.key);
            return (
              <Line
                key={series.key}
                dataKey={series.key}
                type="linear"
                stroke={series.color}
                strokeWidth={series.width ?? 1.5}
                strokeDasharray={series.dash ?? ""}
                isAnimationActive={false}
                activeDot={{ r: 3, stroke: "var(--surface)" }}
                dot={({ cx, cy, index }: { cx?: number; cy?: number; index?: number }) =>
                  cx !== undefined && cy !== undefined && index !== undefined && alone.has(index) ? (
                    <circle key={index} cx={cx} cy={cy} r={2} fill={series.color} />
                  ) : (
                    <g key={index} />
                  )
                }
              />
            );
          })}
          <Tooltip
            {...TOOLTIP}
            cursor={{ stroke: "var(--fg-2)" }}
            content={({ active, payload }) => {
              const start: number | undefined = payload?.[0]?.payload?.start;
              const point = points.find(({ at }) => at === start);
              if (!active || point === undefined) return null;
              const until = Math.min(to, point.at + props.bucketMs);
              return <TimeTooltip at={point.at} to={until} days={needsDay(from, to)} rows={props.rows(point)} />;
            }}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
