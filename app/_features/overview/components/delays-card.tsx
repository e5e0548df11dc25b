"use client";

import { memo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { bucketPosition, durationBuckets } from "#app/_components/charts/distributions.ts";
import type { HistogramMark } from "#app/_components/charts/histogram.tsx";
import { Histogram } from "#app/_components/charts/lazy.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useAt } from "#app/_live/moment-context.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { StatsView } from "../hooks/use-stats.tsx";
import { useWindowWords } from "../hooks/use-window-words.ts";
import { waitingSteps } from "../model/waiting-steps.ts";
import { HistogramPair } from "./histogram-pair.tsx";

const bold = (words: React.ReactNode) => <b className="font-semibold text-fg">{words}</b>;

type Bucket = FleetStats["delays"]["recover"][number];

/** How long outages lasted, and which backoff step dogs wait in now. */
export const DelaysCard = memo(function DelaysCard(
  props: StatsView & { readonly span: StatsSpan; readonly className?: string },
) {
  const t = useTranslations("overview.delays");
  const f = useFormatters();
  const { stats } = props;
  const range = useRangeWords();
  const boundsOf = useWindowBounds();
  const empty =
    stats !== undefined && stats.delays.recovered === 0 && stats.delays.waiting.length === 0 ? (
      <EmptyState className="h-full" title={t("emptyTitle")} text={t("emptyText", boundsOf(stats))} />
    ) : (
      props.instead
    );
  const buckets = durationBuckets(stats?.delays.recover ?? []);
  return (
    <ChartFrame
      title={t("title")}
      caption={t("caption")}
      table={{
        columns: [t("rangeColumn"), t("count")],
        rows: buckets.map((bucket) => [range(bucket), f.number(bucket.count)]),
      }}
      height={150}
      {...(empty === undefined ? {} : { empty })}
      className={props.className}
    >
      {stats !== undefined && <Delays stats={stats} span={props.span} buckets={buckets} />}
    </ChartFrame>
  );
});

function useRangeWords() {
  const t = useTranslations("overview.delays");
  const f = useFormatters();
  return ({ from_ms, to_ms }: Bucket) =>
    to_ms === null
      ? t("from", { from: f.duration(from_ms) })
      : t("range", { from: f.duration(from_ms), to: f.duration(to_ms) });
}

function Delays(props: { readonly stats: FleetStats; readonly span: StatsSpan; readonly buckets: readonly Bucket[] }) {
  const t = useTranslations("overview.delays");
  const f = useFormatters();
  const tPast = useTranslations("past");
  const isPast = useAt() !== null;
  const words = useWindowWords();
  const range = useRangeWords();
  const { delays } = props.stats;
  const steps = waitingSteps(delays.waiting);
  const marks = useMarks(props.buckets, delays);
  return (
    <HistogramPair
      phoneFirstOnly
      first={t.rich("recover", { count: delays.recovered, window: words(props.span), b: bold })}
      firstChart={
        <Histogram
          title={t("recoverChart")}
          labels="edge"
          marks={marks}
          bars={props.buckets.map((bucket) => ({
            label: f.number(bucket.from_ms / 1_000, { useGrouping: false }),
            count: bucket.count,
            detail: range(bucket),
          }))}
        />
      }
      second={
        isPast
          ? tPast("waiting")
          : t.rich("waiting", { count: steps.reduce((total, { count }) => total + count, 0), b: bold })
      }
      secondChart={
        !isPast && (
          <Histogram
            title={t("waitingChart")}
            tone="reconnecting"
            bars={steps.map(({ delayMs, count }) => ({
              label: f.number(Math.round(delayMs / 1_000), { useGrouping: false }),
              count,
              detail: t("step", { time: f.duration(delayMs) }),
            }))}
          />
        )
      }
    />
  );
}

/** Median and p95 as dotted lines with words; one line where they would share a place. */
function useMarks(buckets: readonly Bucket[], { p50_ms, p95_ms }: FleetStats["delays"]): HistogramMark[] {
  const t = useTranslations("charts");
  const marks: HistogramMark[] = [];
  if (p50_ms !== null) marks.push({ position: bucketPosition(p50_ms, buckets), label: t("median") });
  if (p95_ms !== null && p95_ms !== p50_ms) marks.push({ position: bucketPosition(p95_ms, buckets), label: t("p95") });
  return marks;
}
