"use client";

import { memo, type ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import type { ChartTable } from "#app/_components/charts/data-table.tsx";
import {
  bucketPosition,
  type Dials,
  type DurationBucket,
  dialBars,
  durationBuckets,
} from "#app/_components/charts/distributions.ts";
import type { HistogramMark } from "#app/_components/charts/histogram.tsx";
import { Histogram } from "#app/_components/charts/lazy.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FleetStats } from "#lib/contracts/fleet.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { useInstead } from "./instead.tsx";

interface CardProps {
  readonly view: StatsView | undefined;
}

const bold = (words: ReactNode) => <b className="font-semibold text-fg">{words}</b>;
const dialLabel = ({ dials, orMore }: Dials) => (orMore ? `${dials}+` : String(dials));

/** A histogram under a line of words, in its frame. */
function Distribution(props: {
  readonly title: string;
  readonly caption: string | undefined;
  readonly words: ReactNode;
  readonly table: ChartTable;
  readonly instead: { readonly empty: ReactNode } | undefined;
  readonly children: ReactNode;
}) {
  return (
    <ChartFrame
      title={props.title}
      {...(props.caption === undefined ? {} : { caption: props.caption })}
      table={props.table}
      height={168}
      {...props.instead}
    >
      <div className="flex h-full min-h-40 flex-col">
        <p className="truncate text-12 text-fg-2">{props.words}</p>
        <div className="min-h-0 flex-1 pt-1">{props.children}</div>
      </div>
    </ChartFrame>
  );
}

const nothingDecided = ({ stats: { attempts } }: StatsView) =>
  attempts.gave_up === 0 && attempts.recovered.every(({ count }) => count === 0);

/** How many dials recovered outages took, and how many gave up. */
export const AttemptsCard = memo(function AttemptsCard({ view }: CardProps) {
  const t = useTranslations("analytics.attempts");
  const f = useFormatters();
  const instead = useInstead(view, nothingDecided, {
    title: t("emptyTitle"),
    text: (bounds) => t("emptyText", bounds),
  });
  const { recovered, gave_up } = view?.stats.attempts ?? { recovered: [], gave_up: 0 };
  const bars = dialBars(recovered);
  return (
    <Distribution
      title={t("title")}
      caption={view && t("caption", { window: view.span })}
      words={t.rich("words", { count: bars.reduce((sum, { count }) => sum + count, 0), gaveUp: gave_up, b: bold })}
      table={{
        columns: [t("dialsColumn"), t("count")],
        rows: [...bars.map((bar) => [dialLabel(bar), f.number(bar.count)]), [t("gaveUp"), f.number(gave_up)]],
      }}
      instead={instead}
    >
      <Histogram
        title={t("title")}
        gaveUp={gave_up}
        bars={bars.map((bar) => ({
          label: dialLabel(bar),
          count: bar.count,
          detail: t(bar.orMore ? "dialsOrMore" : "dials", { count: bar.dials }),
        }))}
      />
    </Distribution>
  );
});

const nobodyRecovered = ({ stats }: StatsView) => stats.delays.recovered === 0;

/** How long outages lasted. */
export const DelaysCard = memo(function DelaysCard({ view }: CardProps) {
  const t = useTranslations("analytics.delays");
  const f = useFormatters();
  const instead = useInstead(view, nobodyRecovered, {
    title: t("emptyTitle"),
    text: (bounds) => t("emptyText", bounds),
  });
  const durations = useDurations(view?.stats.delays.recover ?? []);
  const delays = view?.stats.delays;
  const marks = useMarks(durations.buckets, delays);
  return (
    <Distribution
      title={t("title")}
      caption={view && t("caption", { window: view.span })}
      words={t.rich("words", {
        count: delays?.recovered ?? 0,
        p50: f.duration(delays?.p50_ms ?? 0, 1),
        p95: f.duration(delays?.p95_ms ?? 0, 1),
        b: bold,
      })}
      table={{ columns: [t("rangeColumn"), t("count")], rows: durations.rows }}
      instead={instead}
    >
      <Histogram title={t("title")} labels="edge" marks={marks} bars={durations.bars} />
    </Distribution>
  );
});

const nobodyReported = ({ stats }: StatsView) => stats.delays.reported === 0;

/** How long dogs waited before each dial, as those that can tell told it. */
export const WaitsCard = memo(function WaitsCard({ view }: CardProps) {
  const t = useTranslations("analytics.waits");
  const instead = useInstead(view, nobodyReported, { title: t("emptyTitle"), text: () => t("emptyText") });
  const durations = useDurations(view?.stats.delays.waits ?? []);
  return (
    <Distribution
      title={t("title")}
      caption={view && t("caption", { window: view.span })}
      words={t.rich("words", { count: view?.stats.delays.reported ?? 0, b: bold })}
      table={{ columns: [t("rangeColumn"), t("count")], rows: durations.rows }}
      instead={instead}
    >
      <Histogram title={t("title")} labels="edge" bars={durations.bars} />
    </Distribution>
  );
});

/** Bars in seconds and rows in words of buckets of durations. */
function useDurations(all: readonly DurationBucket[]) {
  const t = useTranslations("analytics.delays");
  const f = useFormatters();
  const buckets = durationBuckets(all);
  const range = ({ from_ms, to_ms }: DurationBucket) =>
    to_ms === null
      ? t("from", { from: f.duration(from_ms) })
      : t("range", { from: f.duration(from_ms), to: f.duration(to_ms) });
  return {
    buckets,
    bars: buckets.map((bucket) => ({
      label: f.number(bucket.from_ms / 1_000, { useGrouping: false }),
      count: bucket.count,
      detail: range(bucket),
    })),
    rows: buckets.map((bucket) => [range(bucket), f.number(bucket.count)]),
  };
}

/** Median and p95 as dotted lines with words; one line where they would share a place. */
function useMarks(
  buckets: readonly DurationBucket[],
  delays: Pick<FleetStats["delays"], "p50_ms" | "p95_ms"> | undefined,
): HistogramMark[] {
  const t = useTranslations("charts");
  const marks: HistogramMark[] = [];
  const { p50_ms, p95_ms } = delays ?? { p50_ms: null, p95_ms: null };
  if (p50_ms !== null) marks.push({ position: bucketPosition(p50_ms, buckets), label: t("median") });
  if (p95_ms !== null && p95_ms !== p50_ms) marks.push({ position: bucketPosition(p95_ms, buckets), label: t("p95") });
  return marks;
}
