"use client";

import { useCallback, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import type { ChartTable } from "#app/_components/charts/data-table.tsx";
import { ReasonsOverTime } from "#app/_components/charts/lazy.tsx";
import { ReasonBarsNow } from "#app/_components/charts/reason-bars-now.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { codesOfGroup, REASON_GROUPS, type ReasonGroup } from "#app/_components/ui/reason-group.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { keepMoment } from "#app/_live/moment.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import type { StatsSpan } from "#app/_stats-window/stats-window.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { FleetStats, FleetSummary } from "#lib/contracts/fleet.ts";
import type { StatsView } from "../hooks/use-stats.tsx";
import { useWindowWords } from "../hooks/use-window-words.ts";
import { type GroupNow, type GroupPoint, groupPoints, groupsNow } from "../model/reason-groups.ts";

const bold = (words: React.ReactNode) => <b className="font-semibold text-fg">{words}</b>;

/** Why dogs are out now, and why they dropped over the window. The bars are the legend; a press opens the table filtered. */
export function ReasonsCard(
  props: StatsView & {
    readonly span: StatsSpan;
    readonly summary: FleetSummary | undefined;
    readonly className?: string;
  },
) {
  const t = useTranslations("overview.reasons");
  const f = useFormatters();
  const words = useWindowWords();
  const boundsOf = useWindowBounds();
  const { stats, summary } = props;
  const isBasic = useLiveValue((live) => live.isBasic);
  const isPast = useAt() !== null;
  // The counts of now change with every summary, the window every few seconds.
  const points = useMemo(() => (stats === undefined ? [] : groupPoints(stats)), [stats]);
  const now = groupsNow(summary?.by_reason ?? {});
  const out = now.reduce((sum, { count }) => sum + count, 0);
  const table = useReasonsTable(points, stats);
  const openThen = useOpenThen(stats);
  const empty =
    stats !== undefined && summary !== undefined && stats.reasons_total === 0 && out === 0 ? (
      <EmptyState
        className="h-full"
        title={t("emptyTitle")}
        text={t("emptyText", {
          known: summary.known,
          gateways: summary.gateways.length,
          ...boundsOf(stats),
        })}
      />
    ) : stats === undefined && !isBasic ? (
      props.instead
    ) : undefined;
  return (
    <ChartFrame
      title={t("title")}
      caption={
        <>
          <span className="max-md:hidden">{t("caption", { window: words(props.span) })}</span>
          <span className="md:hidden">{t(isPast ? "captionThen" : "captionPhone")}</span>
        </>
      }
      table={table}
      height={155}
      {...(empty === undefined ? {} : { empty })}
      className={props.className}
    >
      <div className="grid h-full gap-6 md:grid-cols-[300px_1fr]">
        <Now groups={now} out={out} />
        {stats === undefined && <div className="max-md:hidden">{props.instead}</div>}
        {stats !== undefined && (
          <div className="flex min-w-0 flex-col max-md:hidden">
            <p className="truncate text-12 text-fg-2">
              {t.rich("overTime", {
                count: stats.reasons_total,
                window: words(props.span),
                bucket: f.duration(stats.reason_bucket_ms),
                b: bold,
              })}
            </p>
            <div className="min-h-0 flex-1">
              <ReasonsOverTime
                title={t("title")}
                points={points}
                bucketMs={stats.reason_bucket_ms}
                onSelect={openThen}
              />
            </div>
          </div>
        )}
      </div>
    </ChartFrame>
  );
}

/** A press on a bar over time opens the table of that reason as it was at the bar's end. */
function useOpenThen(stats: FleetStats | undefined): (group: ReasonGroup, at: number) => void {
  const router = useConsoleRouter();
  const bucketMs = stats?.reason_bucket_ms ?? 0;
  const to = stats === undefined ? 0 : Date.parse(stats.to);
  return useCallback(
    (group, at) => {
      const href = reasonHref(group);
      const end = at + bucketMs;
      router.push(end < to ? keepMoment(href, end) : href);
    },
    [router, bucketMs, to],
  );
}

const reasonHref = (group: ReasonGroup) => `/reconnections?reason=${codesOfGroup(group).join(",")}`;

function Now({ groups, out }: { readonly groups: readonly GroupNow[]; readonly out: number }) {
  const t = useTranslations("overview.reasons");
  const tReason = useTranslations("reasons");
  const f = useFormatters();
  const router = useConsoleRouter();
  const isPast = useAt() !== null;
  const open = (group: ReasonGroup) => router.push(reasonHref(group));
  return (
    <div>
      <p className="mb-1 text-12 text-fg-2">{t.rich(isPast ? "then" : "now", { count: out, b: bold })}</p>
      <ReasonBarsNow
        onSelect={open}
        format={f.number}
        bars={groups.map(({ group, count, codes }) => ({
          group,
          count,
          label: tReason(group),
          detail:
            group === "other" ? t("otherDetail", { count: codes.length }) : tReason(`category.${CATEGORY[group]}`),
        }))}
      />
    </div>
  );
}

const CATEGORY = {
  network_timeout: "network",
  peer_reset: "network",
  abnormal_closure: "network",
  server_error: "server",
  auth_failed: "auth",
} as const;

function useReasonsTable(points: readonly GroupPoint[], stats: FleetStats | undefined): ChartTable | null {
  const t = useTranslations();
  const f = useFormatters();
  return useMemo(() => {
    if (stats === undefined) return null;
    return {
      columns: [t("charts.time"), t("charts.timeUtc"), ...REASON_GROUPS.map((group) => t(`reasons.${group}`))],
      rows: points.map(({ at, counts }) => [
        f.clock(at),
        f.utcClock(at),
        ...REASON_GROUPS.map((group) => f.number(counts[group] ?? 0)),
      ]),
    };
  }, [points, stats, t, f]);
}
