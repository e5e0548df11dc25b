"use client";

import { useId } from "react";
import { Area, AreaChart, ResponsiveContainer, Tooltip } from "recharts";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { countAxis, countWidth, horizontalGrid, TOOLTIP, timeAxis } from "./axis.tsx";
import { TimeTooltip } from "./chart-tooltip.tsx";
import { HatchPattern } from "./hatch-pattern.tsx";
import { fractionOf, thin, timeTicks, zeroScale, zoneOffsetMs } from "./scale.ts";
import { STATE_SERIES, type StatePoint, type StateSeries } from "./state-series.ts";
import { needsDay, useTickWord } from "./time-words.ts";

/** Words at an instant: "gw-west-1 down, 36 unknown". `line` draws a dashed line there. */
export interface ChartMark {
  readonly at: number;
  readonly label: string;
  readonly line?: boolean;
}

/** Words stand to the left of their mark from this share of the axis on, where they fit; before it to the right. */
const FROM_RIGHT = 0.22;
const AREA = { type: "linear", strokeWidth: 1.3, isAnimationActive: false, dot: false, activeDot: false } as const;
const STACK = ["gave_up", "reconnecting", "silent", "unknown"] as const satisfies readonly StateSeries[];
const color = (key: StateSeries) => `var(--state-${key.replace("_", "-")}-fill)`;

/**
 * Two plots on one time axis: connected (zero to the fleet) and the not-connected stack. Points are counts at instants
 * (epoch ms) within [from, to]; at most 120 are drawn. Fills its parent, 187 px high in the overview.
 */
export function StateOverTime(props: {
  readonly points: readonly StatePoint[];
  readonly from: number;
  readonly to: number;
  readonly marks?: readonly ChartMark[];
  readonly hidden?: ReadonlySet<string>;
  readonly title: string;
}) {
  const t = useTranslations("charts");
  const f = useFormatters();
  const hatch = `${useId()}hatch`;
  const sync = useId();
  const { from, to, hidden } = props;
  const tickWord = useTickWord(from, to);
  const points = thin(props.points);
  const shows = (key: StateSeries) => hidden?.has(key) !== true;
  const ticks = timeTicks(from, to, 7, zoneOffsetMs(to, f.timeZone));
  const top = zeroScale(Math.max(0, ...points.map((point) => point.connected)), 1);
  const outs = points.map((point) => STACK.reduce((sum, key) => sum + (shows(key) ? point[key] : 0), 0));
  const bottom = zeroScale(Math.max(3, ...outs), 3);
  const width = countWidth(top, bottom);
  // A series that is zero throughout would be a coloured line on the axis: red where nobody gave up.
  const drawn = STACK.filter((key) => shows(key) && points.some((point) => point[key] > 0));
  const margin = { top: 6, right: 4, bottom: 0, left: 0 };
  const topMargin = { ...margin, bottom: 7 };
  return (
    <div className="flex h-full min-h-[160px] flex-col">
      <div className="relative h-[57px] shrink-0">
        <PlotName left={width}>{t("connected")}</PlotName>
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart
            data={[...points]}
            accessibilityLayer={false}
            margin={topMargin}
            syncId={sync}
            syncMethod="value"
            title={props.title}
          >
            {horizontalGrid(top)}
            {countAxis(top, { width })}
            {timeAxis({ from, to, ticks })}
            {shows("connected") && (
              <Area
                {...AREA}
                dataKey="connected"
                stroke={color("connected")}
                fill={color("connected")}
                fillOpacity={0.2}
              />
            )}
            <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--fg-2)" }} content={() => null} />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <div className="relative min-h-[100px] flex-1">
        <PlotName left={width}>{t("notConnected")}</PlotName>
        <Marks marks={props.marks ?? []} from={from} to={to} left={width} />
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart data={[...points]} margin={margin} syncId={sync} syncMethod="value" title={props.title}>
            <defs>
              <HatchPattern id={hatch} color="var(--state-unknown-fill)" />
            </defs>
            {horizontalGrid(bottom)}
            {countAxis(bottom, { width })}
            {timeAxis({ from, to, ticks, word: tickWord })}
            {drawn.map((key) => (
              <Area
                key={key}
                {...AREA}
                dataKey={key}
                stackId="out"
                stroke={key === "unknown" ? "none" : color(key)}
                fill={key === "unknown" ? `url(#${hatch})` : color(key)}
                fillOpacity={key === "unknown" || key === "gave_up" ? 1 : 0.46}
              />
            ))}
            <Tooltip
              {...TOOLTIP}
              cursor={{ stroke: "var(--fg-2)" }}
              position={{ y: -48 }}
              content={({ active, payload }) => {
                const point: StatePoint | undefined = payload?.[0]?.payload;
                return active && point !== undefined ? <StateTooltip point={point} days={needsDay(from, to)} /> : null;
              }}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}

function StateTooltip({ point, days }: { readonly point: StatePoint; readonly days: boolean }) {
  const t = useTranslations("states");
  const f = useFormatters();
  const rows = STATE_SERIES.map((key) => ({
    key,
    label: t(key),
    value: f.number(point[key]),
    glyph: <StateGlyph state={key} size={12} />,
  }));
  return <TimeTooltip at={point.at} days={days} rows={rows} />;
}

function PlotName({ left, children }: { readonly left: number; readonly children: string }) {
  return (
    <span className="pointer-events-none absolute top-2 z-10 px-1 text-11 text-fg-2" style={{ left: left + 4 }}>
      {children}
    </span>
  );
}

function Marks(props: {
  readonly marks: readonly ChartMark[];
  readonly from: number;
  readonly to: number;
  readonly left: number;
}) {
  return (
    <div className="pointer-events-none absolute top-2 right-1 bottom-[18px] z-10" style={{ left: props.left }}>
      {props.marks.map((mark) => {
        const share = fractionOf(mark.at, props.from, props.to);
        const side =
          share > FROM_RIGHT
            ? { right: `${(1 - share) * 100}%`, paddingRight: 6 }
            : { left: `${share * 100}%`, paddingLeft: 6 };
        return (
          <div key={`${mark.at} ${mark.label}`} className="max-md:not-last:hidden">
            {mark.line === true && (
              <span
                className="absolute inset-y-0 border-fg-3 border-l border-dashed"
                style={{ left: `${share * 100}%` }}
              />
            )}
            <span className="absolute top-0 whitespace-nowrap text-11 text-fg-2" style={side}>
              {mark.label}
            </span>
          </div>
        );
      })}
    </div>
  );
}
