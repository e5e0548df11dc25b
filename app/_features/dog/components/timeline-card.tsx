"use client";

import { History } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { ChartFrame, type LegendItem } from "#app/_components/charts/chart-frame.tsx";
import type { ChartTable } from "#app/_components/charts/data-table.tsx";
import type { LaneSpan } from "#app/_components/charts/lane-spans.ts";
import { TimelineLane } from "#app/_components/charts/timeline-lane.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import { ladderDials } from "../model/ladder.ts";
import { laneSpans, timelineZoom } from "../model/timeline.ts";

const HEIGHT = 136;
const DAY_MS = 86_400_000;
/** A stretch nobody watched gets its words from this share of the day on. */
const NOTED_SHARE = 0.02;
const FIRST_NUMBERED = 5;

/** The dog's day as one lane, and the outage (or the last hour) magnified below it. */
export function TimelineCard({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.timeline");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { timeline, outage, row } = detail;
  const lanes = laneSpans(timeline.spans, now);
  const dials = ladderDials(detail);
  const isOut = outage !== null && !row.is_connected;
  const zoom = timelineZoom({ detail, lanes, dials, now });
  const from = now - DAY_MS;
  const table = useSpanTable(lanes);
  const forces = timeline.marks.filter(({ kind }) => kind === "force").map(({ at }) => Date.parse(at));
  const noted = lanes.filter((span) => span.state === "unknown" && span.to - span.from > NOTED_SHARE * DAY_MS);
  return (
    <ChartFrame
      title={t("title")}
      caption={t(isOut ? "captionOutage" : "captionHour")}
      legend={useLegendItems()}
      table={table}
      height={HEIGHT}
      {...(lanes.length === 0
        ? {
            empty: (
              <EmptyState
                className="h-full"
                icon={<History aria-hidden />}
                title={t("emptyTitle")}
                text={t("emptyText")}
              />
            ),
          }
        : {})}
    >
      <TimelineLane
        label={t("title")}
        from={from}
        to={now}
        now={now}
        spans={lanes}
        forces={forces.map((at) => ({ at, label: t("forcedAt", { time: f.moment(at, now) }) }))}
        notes={noted.map((span) => ({
          at: (Math.max(span.from, from) + span.to) / 2,
          label: t("noGateway", { time: f.duration(span.to - Math.max(span.from, from)) }),
        }))}
        zoom={{
          ...zoom,
          dials: isOut
            ? dials.map((dial) => ({
                at: dial.at,
                label: dial.n >= FIRST_NUMBERED ? String(dial.n) : "",
                planned: dial.at > now,
              }))
            : [],
        }}
      />
    </ChartFrame>
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
      state === "planned" || state === "may_give_up" ? "" : t(state),
      f.duration(to - from),
    ]),
  };
}
