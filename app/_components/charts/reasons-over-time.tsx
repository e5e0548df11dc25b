"use client";

import { useId } from "react";
import { Bar, BarChart, ResponsiveContainer, Tooltip } from "recharts";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ReasonSwatch } from "../ui/reason.tsx";
import { REASON_GROUP_COLOR, REASON_GROUPS, type ReasonGroup } from "../ui/reason-group.ts";
import { countAxis, countWidth, horizontalGrid, TOOLTIP } from "./axis.tsx";
import { TimeTooltip } from "./chart-tooltip.tsx";
import { HatchPattern } from "./hatch-pattern.tsx";
import { fractionOf, MAX_POINTS, timeTicks, zeroScale, zoneOffsetMs } from "./scale.ts";
import { needsDay, useTickWord } from "./time-words.ts";

/** Drops that began in [at, at + bucketMs), by group. A group left out is zero. */
export interface ReasonPoint {
  readonly at: number;
  readonly counts: Partial<Record<ReasonGroup, number>>;
}

/** Stacked bars, one a bucket; a reason keeps its colour and its place. The bars of "now" are its legend. */
export function ReasonsOverTime(props: {
  readonly points: readonly ReasonPoint[];
  readonly bucketMs: number;
  readonly hidden?: ReadonlySet<string>;
  readonly title: string;
  /** Stretches nobody watched, hatched: no bar there is not "no drop". */
  readonly unknown?: readonly { readonly from: number; readonly to: number }[];
  /** A press on a part of a bar; `at` is where its bucket begins. */
  readonly onSelect?: ((group: ReasonGroup, at: number) => void) | undefined;
}) {
  const t = useTranslations("reasons");
  const f = useFormatters();
  const hatch = `${useId()}hatch`;
  const groups = REASON_GROUPS.filter((group) => props.hidden?.has(group) !== true);
  const data = props.points.slice(-MAX_POINTS).map((point) => ({ at: point.at, ...point.counts }));
  const totals = props.points.map((point) => groups.reduce((sum, group) => sum + (point.counts[group] ?? 0), 0));
  const scale = zeroScale(Math.max(1, ...totals), 2);
  const from = data[0]?.at ?? 0;
  const to = (data.at(-1)?.at ?? 0) + props.bucketMs;
  const width = countWidth(scale);
  const share = (at: number) => fractionOf(at, from, to) * 100;
  const tickWord = useTickWord(from, to);
  return (
    <div className="relative flex h-full min-h-[110px] flex-col">
      <div className="relative min-h-0 flex-1">
        <div aria-hidden className="pointer-events-none absolute top-1.5 right-0 bottom-[7px]" style={{ left: width }}>
          {props.unknown?.map((span) => (
            <span
              key={span.from}
              className="hatch absolute inset-y-0 opacity-45"
              style={{ left: `${share(span.from)}%`, width: `${share(span.to) - share(span.from)}%` }}
            />
          ))}
        </div>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            data={data}
            margin={{ top: 6, right: 0, bottom: 7, left: 0 }}
            barCategoryGap={1}
            title={props.title}
          >
            <defs>
              <HatchPattern id={hatch} color="var(--chart-other)" />
            </defs>
            {horizontalGrid(scale)}
            {countAxis(scale, { width })}
            {groups.map((group) => (
              <Bar
                key={group}
                dataKey={group}
                stackId="reasons"
                isAnimationActive={false}
                stroke="var(--surface)"
                strokeWidth={1}
                onClick={({ payload }) => props.onSelect?.(group, (payload as ReasonPoint).at)}
                className={props.onSelect === undefined ? "" : "cursor-pointer"}
                fill={group === "other" ? `url(#${hatch})` : REASON_GROUP_COLOR[group]}
              />
            ))}
            <Tooltip
              {...TOOLTIP}
              cursor={{ fill: "var(--chart-band)" }}
              content={({ active, payload }) => {
                const point: ({ at: number } & Partial<Record<ReasonGroup, number>>) | undefined =
                  payload?.[0]?.payload;
                if (!active || point === undefined) return null;
                const rows = REASON_GROUPS.map((key) => ({
                  key,
                  label: t(key),
                  value: f.number(point[key] ?? 0),
                  glyph: <ReasonSwatch group={key} />,
                }));
                const until = point.at + props.bucketMs;
                return <TimeTooltip at={point.at} to={until} days={needsDay(from, to)} rows={rows} />;
              }}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <div aria-hidden className="relative -mt-[7px] h-[18px] shrink-0 text-11 text-fg-3" style={{ marginLeft: width }}>
        {timeTicks(from, to, 6, zoneOffsetMs(to, f.timeZone))
          .filter((at) => fractionOf(at, from, to) < 0.97)
          .map((at) => (
            <span
              key={at}
              className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap"
              style={{ left: `${share(at)}%` }}
            >
              {tickWord(at)}
            </span>
          ))}
      </div>
    </div>
  );
}
