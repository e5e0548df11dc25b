"use client";

import { Bar, BarChart, Cell, ResponsiveContainer, Tooltip } from "recharts";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { countAxis, countWidth, horizontalGrid, TOOLTIP } from "./axis.tsx";
import { TooltipBox } from "./chart-tooltip.tsx";
import { labelStride, zeroScale } from "./scale.ts";

export interface HistogramBar {
  /** Under the bar, or under its left edge with `labels="edge"`. */
  readonly label: string;
  readonly count: number;
  /** In the tooltip: "4 s to 8 s", "3 dials". */
  readonly detail: string;
}

/** A dotted line with a word; `position` in bars from the left edge (2.5 is the middle of the third bar). */
export interface HistogramMark {
  readonly position: number;
  readonly label: string;
}

/**
 * Counts in at most 40 bars, from zero. `tone` slate for what is over, amber for what is running. `gaveUp` is its own red bar
 * past a gap.
 */
export function Histogram(props: {
  readonly title: string;
  readonly bars: readonly HistogramBar[];
  readonly tone?: "neutral" | "reconnecting";
  readonly labels?: "centre" | "edge";
  readonly gaveUp?: number | undefined;
  readonly marks?: readonly HistogramMark[];
}) {
  const t = useTranslations("charts");
  const f = useFormatters();
  const fill = props.tone === "reconnecting" ? "var(--state-reconnecting-fill)" : "var(--chart-neutral)";
  const own = props.bars.slice(0, 40).map((bar) => ({ ...bar, fill }));
  const gap = { label: "", count: 0, detail: "", fill };
  const end =
    props.gaveUp === undefined
      ? []
      : [gap, { label: "", count: props.gaveUp, detail: t("gaveUp"), fill: "var(--state-gave-up-fill)" }];
  const data = [...own, ...end];
  const scale = zeroScale(Math.max(1, ...data.map((bar) => bar.count)), 2);
  const share = (bars: number) => `${(bars / Math.max(1, data.length)) * 100}%`;
  const width = countWidth(scale);
  const stride = labelStride(own);
  return (
    <div className="relative flex h-full min-h-[100px] flex-col">
      <div className="min-h-0 flex-1">
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            data={data}
            margin={{ top: 6, right: 0, bottom: 7, left: 0 }}
            barCategoryGap={1.5}
            title={props.title}
          >
            {horizontalGrid(scale)}
            {countAxis(scale, { width })}
            <Bar
              dataKey="count"
              isAnimationActive={false}
              radius={[2, 2, 0, 0]}
              minPointSize={(value) => (Number(value) > 0 ? 2 : 0)}
            >
              {data.map((bar, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its position.
                <Cell key={index} fill={bar.fill} />
              ))}
            </Bar>
            <Tooltip
              {...TOOLTIP}
              cursor={{ fill: "var(--chart-band)" }}
              content={({ active, payload }) => {
                const bar: HistogramBar | undefined = payload?.[0]?.payload;
                if (!active || bar === undefined || bar.detail === "") return null;
                return (
                  <TooltipBox
                    head={props.title}
                    rows={[{ key: "count", label: bar.detail, value: f.number(bar.count) }]}
                  />
                );
              }}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <div className="pointer-events-none absolute top-0 right-0 bottom-[18px]" style={{ left: width }}>
        {props.marks?.map((mark, index) => {
          // Words stand away from each other: the first to the left of its line, the last to the right, where there is room.
          const place = mark.position / data.length;
          const isRight = index < (props.marks?.length ?? 0) - 1 ? place > 0.2 : place > 0.85;
          // Two words on the same side and close together would lie on each other: the second goes a line down.
          const before = props.marks?.[index - 1]?.position;
          const isLower = before !== undefined && before / data.length <= 0.2 && place - before / data.length < 0.2;
          return (
            <span
              key={mark.label}
              className="absolute inset-y-0 border-fg-2 border-l border-dotted text-11 text-fg-2"
              style={{ left: share(mark.position) }}
            >
              <span
                className={`absolute whitespace-nowrap ${isLower ? "top-2.5" : "-top-1"} ${isRight ? "right-1" : "left-1"}`}
              >
                {mark.label}
              </span>
            </span>
          );
        })}
      </div>
      <div aria-hidden className="relative -mt-[7px] h-[18px] shrink-0 text-11 text-fg-3" style={{ marginLeft: width }}>
        {own.map((bar, index) =>
          index % stride === 0 ? (
            <span
              key={bar.label}
              className="absolute top-0.5 -translate-x-1/2"
              style={{ left: share(props.labels === "edge" ? index : index + 0.5) }}
            >
              {bar.label}
            </span>
          ) : null,
        )}
        {props.gaveUp !== undefined && (
          <span className="absolute top-1 -translate-x-1/2" style={{ left: share(data.length - 0.5) }}>
            <StateGlyph state="gave_up" size={12} />
          </span>
        )}
      </div>
    </div>
  );
}
