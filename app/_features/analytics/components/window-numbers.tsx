"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Sparkline } from "#app/_components/charts/sparkline.tsx";
import { KpiCard } from "#app/_components/ui/kpi-card.tsx";
import { KpiRow } from "#app/_components/ui/kpi-row.tsx";
import { NumberTween } from "#app/_components/ui/number-tween.tsx";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { carried, rateOf, wholeCounts } from "#app/_stats-window/buckets.ts";
import { useCompact } from "../hooks/use-compact.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { isAllUnknown } from "../model/series.ts";

const CARDS = ["success", "recover", "outages", "between", "availability", "flaps"] as const;
/** What a session must last to count as stable, unless the gateway says otherwise. */
const STABLE_MS = 60_000;
const bold = (words: ReactNode) => <b>{words}</b>;

/** The window in six numbers, each with what it is of. `view` undefined draws blocks of their size. */
export function WindowNumbers({ view }: { readonly view: StatsView | undefined }) {
  const t = useTranslations("analytics.kpi");
  return (
    <KpiRow label={t("label")}>
      {view &&
        (isAllUnknown(view.stats) ? (
          CARDS.map((card) => <Unknown key={card} label={t(card)} span={view.span} />)
        ) : (
          <>
            <SuccessRate {...view} />
            <TimeToRecover {...view} />
            <Outages {...view} />
            <BetweenOutages {...view} />
            <Availability {...view} />
            <Flaps {...view} />
          </>
        ))}
    </KpiRow>
  );
}

/** A window nobody watched has no numbers: not zero, unknown. */
function Unknown({ label, span }: { readonly label: string; readonly span: string }) {
  const t = useTranslations("analytics.kpi");
  return (
    <KpiCard
      label={label}
      window={span}
      value={<span className="text-fg-3 text-[20px]">{t("unknown")}</span>}
      foot={t("unknownFoot")}
    />
  );
}

const spark = (values: readonly (number | null)[], baseline: "fit" | "zero" = "fit") => (
  <Sparkline values={values} baseline={baseline} inset={8} />
);

function SuccessRate({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const percent = usePercent();
  const { success_rate, decided } = stats.metrics;
  return (
    <KpiCard
      label={t("success")}
      window={span}
      {...(success_rate === null ? { value: <None /> } : { value: percent.value(success_rate), unit: "%" })}
      foot={t.rich("successFoot", { decided, b: bold })}
      spark={spark(carried(stats.outcomes.map(rateOf)))}
    />
  );
}

function TimeToRecover({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const compact = useCompact();
  const { recover_ms, recovered } = stats.metrics;
  const { p50, p95, p99 } = recover_ms;
  const foot =
    p95 === null || p99 === null
      ? t("noRecovery")
      : t.rich("recoverFoot", { p95: compact.words(p95), p99: compact.words(p99), b: bold });
  return (
    <KpiCard
      label={t("recover")}
      window={span}
      {...(p50 === null
        ? { value: <None /> }
        : { ...compact.figure(p50), suffix: t("medianOf", { count: recovered }) })}
      foot={foot}
      spark={spark(carried(stats.outcomes.map(({ p50_ms }) => p50_ms)))}
    />
  );
}

function Outages({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const { outages, auth_outages, gave_up, open } = stats.metrics;
  return (
    <KpiCard
      label={t("outages")}
      window={span}
      value={<NumberTween value={outages} />}
      {...(auth_outages === 0 ? {} : { suffix: t("authLane", { count: auth_outages }) })}
      foot={t.rich("outagesFoot", { gaveUp: gave_up, open, b: bold })}
      spark={spark(
        wholeCounts(stats, (bucket) => bucket.outages),
        "zero",
      )}
    />
  );
}

function BetweenOutages({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const compact = useCompact();
  const { mean_between_ms, outages } = stats.metrics;
  return (
    <KpiCard
      label={t("between")}
      window={span}
      {...(mean_between_ms === null
        ? { value: <None /> }
        : { ...compact.figure(mean_between_ms), suffix: t("betweenSuffix") })}
      foot={mean_between_ms === null ? t("betweenNone") : t.rich("betweenFoot", { count: outages, b: bold })}
    />
  );
}

function Availability({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const compact = useCompact();
  const percent = usePercent();
  const { availability, down_ms, expected_ms } = stats.metrics;
  return (
    <KpiCard
      label={t("availability")}
      window={span}
      {...(availability === null
        ? { value: <None /> }
        : {
            value: percent.value(availability, 2),
            unit: "%",
            suffix: <span className="max-md:hidden">{t("availabilitySuffix")}</span>,
          })}
      foot={
        availability === null
          ? t("availabilityNone")
          : t.rich("availabilityFoot", { down: compact.words(down_ms), expected: compact.words(expected_ms), b: bold })
      }
      spark={spark(stats.outcomes.map((outcome) => outcome.availability))}
    />
  );
}

function Flaps({ stats, span }: StatsView) {
  const t = useTranslations("analytics.kpi");
  const f = useFormatters();
  const { data: stableMs } = useQuery({ ...fleetSummaryQuery, select: ({ settings }) => settings.stable_ms });
  const { flaps } = stats.metrics;
  return (
    <KpiCard
      label={t("flaps")}
      window={span}
      value={<NumberTween value={flaps} />}
      foot={t.rich("flapsFoot", { count: flaps, time: f.duration(stableMs ?? STABLE_MS), b: bold })}
      spark={spark(
        wholeCounts(stats, (bucket) => bucket.flaps),
        "zero",
      )}
    />
  );
}

/** A word where a number does not exist. */
function None() {
  const t = useTranslations("analytics.kpi");
  return <span className="text-fg-3 text-[20px]">{t("none")}</span>;
}
