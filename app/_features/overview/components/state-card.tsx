"use client";

import { memo } from "react";
import { useTranslations } from "use-intl/react";
import type { ChartMark } from "#app/_components/charts/state-over-time.tsx";
import { StateOverTimeCard } from "#app/_components/charts/state-over-time-card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { type Formatters, useFormatters } from "#app/_i18n/use-formatters.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { StatsView } from "../hooks/use-stats.tsx";
import { useWindowWords } from "../hooks/use-window-words.ts";
import { spacedMarks, statePoints } from "../model/state-points.ts";

const NO_STATS = { states: [] };

/** Connected over not connected, on one time axis, with what happened in words at the spot. */
export const StateCard = memo(function StateCard(
  props: StatsView & { readonly span: StatsSpan; readonly className?: string },
) {
  const t = useTranslations("overview.state");
  const f = useFormatters();
  const words = useWindowWords();
  const { stats } = props;
  const points = statePoints(stats ?? NO_STATS);
  const markLabel = useMarkLabel(f);
  const boundsOf = useWindowBounds();
  const bounds = stats && boundsOf(stats);
  const empty =
    bounds !== undefined && points.length === 0 ? (
      <EmptyState className="h-full" title={t("emptyTitle")} text={t("emptyText", bounds)} />
    ) : (
      props.instead
    );
  const from = stats === undefined ? 0 : Date.parse(stats.from);
  const to = stats === undefined ? 1 : Date.parse(stats.to);
  const marks = spacedMarks(
    (stats?.marks ?? []).map(
      (mark): ChartMark => ({
        at: Date.parse(mark.at),
        label: markLabel(mark),
        line: mark.kind === "site_dropped",
      }),
    ),
    from,
    to,
  );
  return (
    <StateOverTimeCard
      title={t("title")}
      caption={t("caption", { window: words(props.span) })}
      points={points}
      from={from}
      to={to}
      marks={marks}
      {...(empty === undefined ? {} : { empty })}
      className={props.className}
    />
  );
});

function useMarkLabel(f: Formatters) {
  const t = useTranslations("overview.state");
  return (mark: FleetStats["marks"][number]): string => {
    switch (mark.kind) {
      case "gateway_down":
        return mark.name === null
          ? t("gatewayDownAll", { count: mark.dogs })
          : t("gatewayDown", { name: mark.name, count: mark.dogs });
      case "site_dropped":
        return t("siteDropped", { name: mark.name ?? "", time: f.clock(Date.parse(mark.at)) });
      case "journal_gap":
        return t("gap", { count: mark.dogs });
    }
  };
}
