"use client";

import { memo, type ReactNode, useCallback, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { ReasonsOverTime } from "#app/_components/charts/lazy.tsx";
import { ReasonBarsNow } from "#app/_components/charts/reason-bars-now.tsx";
import { useTimeColumns } from "#app/_components/charts/time-words.ts";
import { useLegend } from "#app/_components/charts/use-legend.ts";
import { ReasonSwatch } from "#app/_components/ui/reason.tsx";
import { codesOfGroup, REASON_GROUPS, type ReasonGroup } from "#app/_components/ui/reason-group.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { reasonPoints, reasonTotals } from "../model/reasons.ts";
import { type Span, unknownSpans } from "../model/series.ts";
import { useInstead } from "./instead.tsx";
import { useUnknownLegend } from "./unknown-legend.tsx";

const bold = (words: ReactNode) => <b className="font-semibold text-fg">{words}</b>;
const NO_SPANS: readonly Span[] = [];
const nobodyDropped = ({ stats }: StatsView) => stats.reasons_total === 0;

/** Outages by reason: in all, where a press lists who is out by it now, and over time. */
export const ReasonsCard = memo(function ReasonsCard({ view }: { readonly view: StatsView | undefined }) {
  const t = useTranslations("analytics.reasons");
  const tReason = useTranslations("reasons");
  const f = useFormatters();
  const legend = useLegend();
  const timeColumns = useTimeColumns();
  const instead = useInstead(view, nobodyDropped, { title: t("emptyTitle") });
  const stats = view?.stats;
  const points = useMemo(() => (stats === undefined ? [] : reasonPoints(stats)), [stats]);
  const unknown = useMemo(() => (stats === undefined ? [] : unknownSpans(stats)), [stats]);
  const unknownLegend = useUnknownLegend(unknown);
  const router = useConsoleRouter();
  const open = useCallback(
    (group: ReasonGroup) => router.push(`/reconnections?reason=${codesOfGroup(group).join(",")}`),
    [router],
  );
  return (
    <ChartFrame
      title={t("title")}
      {...(view === undefined
        ? {}
        : {
            caption: (
              <>
                <span className="max-md:hidden">
                  {t("caption", { window: view.span, bucket: f.duration(view.stats.reason_bucket_ms) })}
                </span>
                <span className="md:hidden">{t("captionPhone", { window: view.span })}</span>
              </>
            ),
          })}
      legend={[
        ...REASON_GROUPS.map((group) => ({
          key: group,
          label: tReason(group),
          glyph: <ReasonSwatch group={group} />,
        })),
        ...unknownLegend,
      ]}
      hidden={legend.hidden}
      onToggle={legend.toggle}
      table={
        stats === undefined
          ? null
          : {
              columns: [...timeColumns, ...REASON_GROUPS.map((group) => tReason(group))],
              rows: points.map(({ at, counts }) => [
                f.dayMinutes(at),
                f.utcDayMinutes(at),
                ...REASON_GROUPS.map((group) => f.number(counts[group] ?? 0)),
              ]),
            }
      }
      height={190}
      {...instead}
    >
      {stats !== undefined && (
        <div className="grid h-full gap-x-6 gap-y-3 md:grid-cols-[320px_1fr]">
          <Totals stats={stats} onSelect={open} />
          <div className="min-h-0 min-w-0 max-md:h-40">
            <ReasonsOverTime
              title={t("title")}
              points={points}
              bucketMs={stats.reason_bucket_ms}
              hidden={legend.hidden}
              unknown={legend.hidden.has("unknown") ? NO_SPANS : unknown}
              onSelect={open}
            />
          </div>
        </div>
      )}
    </ChartFrame>
  );
});

function Totals(props: Pick<StatsView, "stats"> & { readonly onSelect: (group: ReasonGroup) => void }) {
  const { stats } = props;
  const t = useTranslations("analytics.reasons");
  const tReason = useTranslations("reasons");
  const f = useFormatters();
  const percent = usePercent();
  const totals = reasonTotals(stats);
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="min-w-0">
      <p className="mb-1.5 text-12 text-fg-2">
        {t.rich("total", { count: stats.reasons_total, auth: stats.metrics.auth_outages, b: bold })}
      </p>
      <ReasonBarsNow
        onSelect={props.onSelect}
        format={f.number}
        bars={totals.map(({ group, count }) => ({
          group,
          count,
          label: tReason(group),
          detail: percent.words(all === 0 ? 0 : count / all),
        }))}
      />
    </div>
  );
}
