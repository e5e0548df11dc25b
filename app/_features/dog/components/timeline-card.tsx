"use client";

import { History, Minus, Plus, Scan } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame, ChartLegend, type LegendItem } from "#app/_components/charts/chart-frame.tsx";
import type { ChartTable } from "#app/_components/charts/data-table.tsx";
import { type LaneSpan, withStretch } from "#app/_components/charts/lane-spans.ts";
import { fitView, type LaneView, ZOOM_IN, ZOOM_OUT, zoomView } from "#app/_components/charts/lane-view.ts";
import { TimelineLane } from "#app/_components/charts/timeline-lane.tsx";
import type { LaneControl } from "#app/_components/charts/use-lane-hands.ts";
import { Button } from "#app/_components/ui/button.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { LaneData } from "../hooks/use-lane-data.ts";
import type { LaneWindow } from "../hooks/use-lane-window.ts";
import { ladderDials } from "../model/ladder.ts";
import { CONTEXT_MS, CONTEXTS } from "../model/lane-context.ts";
import { laneSpans, laneSpansOf, timelineZoom } from "../model/timeline.ts";

const HEIGHT = 162;
/** A stretch nobody watched gets its words from this share of the lane on. */
const NOTED_SHARE = 0.02;
const FIRST_NUMBERED = 5;

/** The dog's last hour to month as one lane, and a part of it magnified below: the open outage, the last hour, or what the hand chose. */
export function TimelineCard(props: {
  readonly detail: DogDetail;
  readonly lane: LaneWindow;
  readonly data: LaneData;
}) {
  const { detail, lane, data } = props;
  const t = useTranslations("dog.timeline");
  const tCharts = useTranslations("charts");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const isBasic = useLiveValue((live) => live.isBasic);
  const { asked } = useMoment();
  const { outage, row } = detail;
  const lengthMs = CONTEXT_MS[lane.context];
  const from = now - lengthMs;
  const whole = laneSpans(data.whole.spans, now);
  const dials = ladderDials(detail);
  const isOut = outage !== null && !row.is_connected;
  const auto = timelineZoom({ detail, lanes: whole, dials, now });
  const limits = {
    from: now - CONTEXT_MS["30d"],
    to: Math.max(now, isOut ? auto.to : now),
  };
  const view = lane.view === null ? auto : fitView(lane.view, limits);
  const magnified = magnifiedSpans(auto.spans, lane.view, data);
  const marks = data.window.timeline.marks.concat(data.whole.marks);
  const forces = data.whole.marks.filter(({ kind }) => kind === "force").map(({ at }) => Date.parse(at));
  const noted = whole.filter((span) => span.state === "unknown" && span.to - span.from > NOTED_SHARE * lengthMs);
  const control: LaneControl = { view, limits, onView: lane.setView };
  const captionKey = lane.view !== null ? "captionView" : isOut ? "captionOutage" : "captionHour";
  const legend = useLegendItems();
  return (
    <ChartFrame
      title={t("title")}
      caption={
        <span className="max-md:hidden">
          {t(captionKey, {
            window: t(`words.${lane.context}`),
            from: f.moment(view.from, now),
            to: f.moment(view.to, now),
          })}
        </span>
      }
      actions={
        !isBasic && (
          <>
            <Segmented
              size="small"
              label={t("window")}
              value={lane.context}
              onChange={lane.setContext}
              options={CONTEXTS.map((value) => ({ value, label: t(`short.${value}`), name: t(`words.${value}`) }))}
            />
            <ZoomButtons control={control} isChosen={lane.view !== null} />
          </>
        )
      }
      table={useSpanTable(lane.view === null ? whole : inView(magnified, lane.view))}
      height={HEIGHT}
      {...(whole.length === 0 ? { empty: <NoTimeline /> } : {})}
    >
      <TimelineLane
        label={t("title")}
        from={from}
        to={now}
        spans={whole}
        forces={forces
          .filter((at) => at >= from)
          .map((at) => ({ at, label: t("forcedAt", { time: f.moment(at, now) }) }))}
        notes={noted.map((span) => ({
          at: (Math.max(span.from, from) + span.to) / 2,
          label: t("noGateway", { time: f.duration(span.to - Math.max(span.from, from)) }),
        }))}
        control={isBasic ? undefined : control}
        zoom={{
          ...view,
          spans: magnified,
          dials: [
            ...witnessedDials(marks, isOut ? (dials[0]?.at ?? now) : Number.POSITIVE_INFINITY),
            ...(isOut ? dials : []).map((dial) => ({
              at: dial.at,
              label: dial.n >= FIRST_NUMBERED ? String(dial.n) : "",
              planned: dial.at > now,
            })),
          ],
          marks: [
            { at: now, label: tCharts("now") },
            ...(asked === null ? [] : [{ at: asked, label: f.clock(asked) }]),
          ],
        }}
      />
      <div className="flex justify-end pt-1 max-md:hidden">
        <ChartLegend items={legend} />
      </div>
    </ChartFrame>
  );
}

function NoTimeline(): ReactNode {
  const t = useTranslations("dog.timeline");
  return <EmptyState className="h-full" icon={<History aria-hidden />} title={t("emptyTitle")} text={t("emptyText")} />;
}

/** What the magnified lane draws: the whole lane's spans and what is planned, finer where a stretch was asked for alone. */
function magnifiedSpans(all: readonly LaneSpan[], view: LaneView | null, { window }: LaneData): readonly LaneSpan[] {
  if (view === null) return all;
  const { timeline } = window;
  const [from, to] = [Date.parse(timeline.from), Date.parse(timeline.to)];
  return to > from ? withStretch(all, { from, to, spans: laneSpansOf(timeline.spans) }) : all;
}

const inView = (spans: readonly LaneSpan[], view: LaneView) =>
  spans.filter((span) => span.to > view.from && span.from < view.to);

/** Dials somebody heard, of outages before the one whose ladder is drawn; each once. */
function witnessedDials(marks: DogDetail["timeline"]["marks"], before: number) {
  const dials = new Set(marks.filter(({ kind }) => kind === "dial").map(({ at }) => Date.parse(at)));
  return [...dials].filter((at) => at < before).map((at) => ({ at, label: "", planned: false }));
}

/** Closer, wider, and back to what matters now. */
function ZoomButtons({ control, isChosen }: { readonly control: LaneControl; readonly isChosen: boolean }) {
  const t = useTranslations("dog.timeline");
  const { view, limits, onView } = control;
  const zoom = (factor: number) => onView(zoomView(fitView(view, limits), factor, limits));
  const button = (name: "zoomOut" | "zoomIn" | "reset", icon: ReactNode, act: () => void, locked?: string) => (
    <Button
      key={name}
      size="small"
      variant="ghost"
      aria-label={t(name)}
      hint={t(name)}
      icon={icon}
      onClick={act}
      {...(locked === undefined ? {} : { locked })}
    />
  );
  return (
    <span className="-my-1 flex">
      <span className="contents max-md:hidden">
        {button("zoomOut", <Minus aria-hidden className="size-4" strokeWidth={1.6} />, () => zoom(ZOOM_OUT))}
        {button("zoomIn", <Plus aria-hidden className="size-4" strokeWidth={1.6} />, () => zoom(ZOOM_IN))}
      </span>
      {isChosen && button("reset", <Scan aria-hidden className="size-4" strokeWidth={1.6} />, () => onView(null))}
    </span>
  );
}

function useLegendItems(): LegendItem[] {
  const t = useTranslations();
  const glyphs = ["connected", "silent", "reconnecting", "gave_up", "forced", "unknown"] as const;
  return [
    ...glyphs.map((state) => ({
      key: state,
      label: state === "reconnecting" ? t("charts.timeline.waiting") : t(`states.${state}`),
      glyph: <StateGlyph state={state} size={12} />,
    })),
    { key: "dial", label: t("dog.timeline.dial"), glyph: <span aria-hidden className="h-3 border-fg border-l-2" /> },
  ];
}

function useSpanTable(lanes: readonly LaneSpan[]): ChartTable {
  const t = useTranslations("charts.timeline");
  const f = useFormatters();
  return {
    columns: [t("from"), t("to"), t("state"), t("lasted")],
    rows: lanes.map(({ from, to, state }) => [
      f.full(from),
      f.full(to),
      state === "planned" ? t("waiting") : state === "may_give_up" ? t("mayGiveUp") : t(state),
      f.duration(to - from),
    ]),
  };
}
