"use client";

import { memo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { type Dials, dialBars } from "#app/_components/charts/distributions.ts";
import { Histogram } from "#app/_components/charts/lazy.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useAt } from "#app/_live/moment-context.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { StatsView } from "../hooks/use-stats.tsx";
import { useWindowWords } from "../hooks/use-window-words.ts";
import { HistogramPair } from "./histogram-pair.tsx";

const sum = (bars: readonly { readonly count: number }[]) => bars.reduce((total, { count }) => total + count, 0);
const bold = (words: React.ReactNode) => <b className="font-semibold text-fg">{words}</b>;
const dialLabel = ({ dials, orMore }: Dials) => (orMore ? `${dials}+` : String(dials));

/** How many dials outages took, and which dial is running now. */
export const AttemptsCard = memo(function AttemptsCard(
  props: StatsView & { readonly span: StatsSpan; readonly className?: string },
) {
  const t = useTranslations("overview.attempts");
  const f = useFormatters();
  const { stats } = props;
  const boundsOf = useWindowBounds();
  const isEmpty = stats !== undefined && isAllZero(stats);
  const empty = isEmpty ? (
    <EmptyState className="h-full" title={t("emptyTitle")} text={t("emptyText", boundsOf(stats))} />
  ) : (
    props.instead
  );
  const recovered = dialBars(stats?.attempts.recovered ?? []);
  return (
    <ChartFrame
      title={t("title")}
      caption={t("caption")}
      table={{
        columns: [t("dialsColumn"), t("count")],
        rows: [
          ...recovered.map((bar) => [dialLabel(bar), f.number(bar.count)]),
          ...(stats === undefined ? [] : [[t("gaveUp"), f.number(stats.attempts.gave_up)]]),
        ],
      }}
      height={150}
      {...(empty === undefined ? {} : { empty })}
      className={props.className}
    >
      {stats !== undefined && <Attempts stats={stats} span={props.span} recovered={recovered} />}
    </ChartFrame>
  );
});

function Attempts(props: {
  readonly stats: FleetStats;
  readonly span: StatsSpan;
  readonly recovered: readonly Dials[];
}) {
  const t = useTranslations("overview.attempts");
  const tPast = useTranslations("past");
  const isPast = useAt() !== null;
  const words = useWindowWords();
  const { attempts } = props.stats;
  const running = dialBars(attempts.running.map(({ attempt, count }) => ({ dials: attempt, count })));
  return (
    <HistogramPair
      first={t.rich("recovered", {
        count: sum(props.recovered),
        gaveUp: attempts.gave_up,
        window: words(props.span),
        b: bold,
      })}
      firstChart={
        <Histogram
          title={t("recoveredChart")}
          gaveUp={attempts.gave_up}
          bars={props.recovered.map((bar) => ({
            label: dialLabel(bar),
            count: bar.count,
            detail: t(bar.orMore ? "dialsOrMore" : "dials", { count: bar.dials }),
          }))}
        />
      }
      second={isPast ? tPast("running") : t.rich("running", { count: sum(running), b: bold })}
      secondChart={
        !isPast && (
          <Histogram
            title={t("runningChart")}
            tone="reconnecting"
            bars={running.map((bar) => ({
              label: dialLabel(bar),
              count: bar.count,
              detail: t(bar.orMore ? "attemptOrMore" : "attempt", { count: bar.dials }),
            }))}
          />
        )
      }
    />
  );
}

const isAllZero = ({ attempts }: FleetStats) =>
  sum(attempts.recovered) === 0 && attempts.gave_up === 0 && sum(attempts.running) === 0;
