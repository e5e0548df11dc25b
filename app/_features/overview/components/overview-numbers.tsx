"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Sparkline } from "#app/_components/charts/sparkline.tsx";
import { Countdown } from "#app/_components/ui/countdown.tsx";
import { KpiCard } from "#app/_components/ui/kpi-card.tsx";
import { KpiRow } from "#app/_components/ui/kpi-row.tsx";
import { NumberTween } from "#app/_components/ui/number-tween.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import { carried, rateOf, wholeCounts } from "#app/_stats-window/buckets.ts";
import type { FleetStats, FleetSummary } from "#lib/contracts/fleet.ts";
import { stateSpark } from "../model/state-points.ts";

interface KpiProps {
  readonly summary: FleetSummary;
  readonly stats: FleetStats | undefined;
}

const bold = (words: ReactNode) => <b>{words}</b>;

/** Six numbers that answer first. `summary` undefined draws blocks of their size. */
export function OverviewNumbers({
  summary,
  stats,
}: {
  readonly summary: FleetSummary | undefined;
  readonly stats: FleetStats | undefined;
}) {
  const t = useTranslations("overview.kpi");
  return (
    <KpiRow label={t("label")}>
      {summary && (
        <>
          <Connected summary={summary} stats={stats} />
          <Reconnecting summary={summary} stats={stats} />
          <GaveUp summary={summary} stats={stats} />
          <SuccessRate summary={summary} stats={stats} />
          <TimeToRecover summary={summary} stats={stats} />
          <Flapping summary={summary} stats={stats} />
        </>
      )}
    </KpiRow>
  );
}

const spark = (
  values: readonly (number | null)[] | undefined,
  color = "var(--chart-neutral)",
  baseline: "fit" | "zero" = "fit",
) => <Sparkline values={values ?? []} color={color} baseline={baseline} inset={8} />;

function Connected({ summary, stats }: KpiProps) {
  const t = useTranslations("overview.kpi");
  const isBasic = useLiveValue((live) => live.isBasic);
  // The basic calls list the dogs that are out: who is connected they do not say.
  if (isBasic) return <KpiCard glyph="connected" label={t("connected")} value={<None />} foot={t("notReported")} />;
  return (
    <KpiCard
      glyph="connected"
      label={t("connected")}
      value={<NumberTween value={summary.connected + summary.settling} />}
      suffix={t("ofKnown", { known: summary.known })}
      foot={
        <>
          <StateGlyph state="settling" size={12} /> {t.rich("settling", { count: summary.settling, b: bold })}{" "}
          <StateGlyph state="silent" size={12} className="ml-1.5 max-md:ml-0" />{" "}
          {t.rich("silent", { count: summary.silent, b: bold })}
        </>
      }
      spark={spark(stats && stateSpark(stats, (at) => at.connected + at.settling), "var(--state-connected-fill)")}
    />
  );
}

function Reconnecting({ summary, stats }: KpiProps) {
  const t = useTranslations("overview.kpi");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { incident } = summary;
  const since = incident === null ? null : instantMs(incident.since);
  return (
    <KpiCard
      glyph="reconnecting"
      label={t("reconnecting")}
      value={<NumberTween value={summary.reconnecting + summary.refused + summary.probing} />}
      alert={
        incident === null || since === null
          ? undefined
          : t("burst", { count: incident.out, time: f.duration(now - since) })
      }
      foot={
        <>
          <StateGlyph state="refused" size={12} /> {t.rich("refused", { count: summary.refused, b: bold })}{" "}
          <StateGlyph state="probing" size={12} className="ml-1.5 max-md:ml-0" />{" "}
          {t.rich("probing", { count: summary.probing, b: bold })}
        </>
      }
      spark={spark(
        stats && stateSpark(stats, (at) => at.reconnecting + at.refused + at.probing),
        "var(--state-reconnecting-fill)",
        "zero",
      )}
    />
  );
}

function GaveUp({ summary, stats }: KpiProps) {
  const t = useTranslations("overview.kpi");
  return (
    <KpiCard
      glyph="gave_up"
      label={t("gaveUp")}
      value={<NumberTween value={summary.gave_up} />}
      foot={<NextGiveUp earliest={instantMs(summary.next_give_up.earliest)} />}
      spark={spark(stats && stateSpark(stats, (at) => at.gave_up), "var(--state-gave-up-fill)", "zero")}
    />
  );
}

function NextGiveUp({ earliest }: { readonly earliest: number | null }) {
  const t = useTranslations("overview.kpi");
  const now = useServerNow(1_000);
  const isLocked = useLiveValue((live) => live.isLocked && live.status !== "past");
  const isBasic = useLiveValue((live) => live.isBasic);
  if (isLocked) return t("stopped");
  if (isBasic) return t("basicGaveUp");
  if (earliest === null) return t("noneNext");
  if (earliest <= now) return t("nextDue");
  const time = () => <Countdown target={earliest} now={now} estimated className="font-semibold" />;
  return t.rich("nextIn", { time });
}

function SuccessRate({ summary, stats }: KpiProps) {
  const t = useTranslations("overview");
  const tWindow = useTranslations("window.words");
  const f = useFormatters();
  const isBasic = useLiveValue((live) => live.isBasic);
  const { recovered, gave_up, open } = summary.last_hour;
  const decided = recovered + gave_up;
  return (
    <KpiCard
      label={t("kpi.success")}
      window={tWindow("1h")}
      {...(decided === 0 ? { value: <None /> } : { value: f.percentValue(recovered / decided), unit: "%" })}
      foot={isBasic ? t("kpi.notReported") : t.rich("kpi.successFoot", { decided, open, b: bold })}
      spark={spark(stats && carried(stats.outcomes.map(rateOf)))}
    />
  );
}

function TimeToRecover({ summary, stats }: KpiProps) {
  const t = useTranslations("overview");
  const tWindow = useTranslations("window.words");
  const f = useFormatters();
  const isBasic = useLiveValue((live) => live.isBasic);
  const { recover_ms, recovered } = summary.last_hour;
  const { p50, p95 } = recover_ms;
  const [large, small] = p50 === null ? [] : f.durationFigures(p50);
  return (
    <KpiCard
      label={t("kpi.recover")}
      window={tWindow("1h")}
      {...(large === undefined
        ? { value: <None /> }
        : { value: large.value, unit: <Units first={large.unit} rest={small} /> })}
      {...(large === undefined ? {} : { suffix: t("kpi.median") })}
      foot={
        p95 === null
          ? t(isBasic ? "kpi.notReported" : "kpi.noRecovery")
          : t.rich("kpi.p95", { time: f.duration(p95, 1), count: recovered, b: bold })
      }
      spark={spark(stats && carried(stats.outcomes.map(({ p50_ms }) => p50_ms)))}
    />
  );
}

/** "min 31 s" beside the large figure. */
function Units({
  first,
  rest,
}: {
  readonly first: string;
  readonly rest: { value: string; unit: string } | undefined;
}) {
  return (
    <>
      {first}
      {rest !== undefined && ` ${rest.value} ${rest.unit}`}
    </>
  );
}

function Flapping({ summary, stats }: KpiProps) {
  const t = useTranslations("overview.kpi");
  const f = useFormatters();
  const isBasic = useLiveValue((live) => live.isBasic);
  return (
    <KpiCard
      label={t("flapping")}
      window={t("flapWindow")}
      value={isBasic ? <None /> : <NumberTween value={summary.flapping} />}
      {...(isBasic ? {} : { suffix: t("dogs", { count: summary.flapping }) })}
      foot={
        isBasic
          ? t("notReported")
          : t.rich("flapFoot", { count: summary.flaps_10m, time: f.duration(summary.settings.stable_ms), b: bold })
      }
      spark={spark(stats && wholeCounts(stats, ({ flaps }) => flaps), undefined, "zero")}
    />
  );
}

/** A word where a number does not exist yet. */
function None() {
  const t = useTranslations("overview.kpi");
  const isBasic = useLiveValue((live) => live.isBasic);
  return <span className="text-fg-3 text-[20px]">{t(isBasic ? "unknown" : "none")}</span>;
}
