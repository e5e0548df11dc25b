"use client";

import clsx from "clsx";
import { History } from "lucide-react";
import { useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { PageBody } from "#app/_components/layout/page-header.tsx";
import { Card } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { ApiError } from "#app/_live/api-error.ts";
import { type AnalyticsState, useAnalytics, useAnalyticsLive } from "../hooks/use-analytics.ts";
import { type AnalyticsUrlState, useAnalyticsUrl } from "../hooks/use-analytics-url.ts";
import { type StatsView, useSpanWord } from "../hooks/use-span-word.ts";
import { AnalyticsHeader, ExportLinks } from "./analytics-header.tsx";
import { BreakdownCard } from "./breakdown-card.tsx";
import { AttemptsCard, DelaysCard, WaitsCard } from "./distribution-cards.tsx";
import { HeatCard } from "./heat-card.tsx";
import { LeastStableCard } from "./least-stable-card.tsx";
import { ReasonsCard } from "./reasons-card.tsx";
import { RecoveryCard } from "./recovery-card.tsx";
import { SuccessCard } from "./success-card.tsx";
import { WindowNumbers } from "./window-numbers.tsx";

/** The fleet over a window of one's choice: numbers, courses, distributions, who and what is behind them. */
export function AnalyticsPage() {
  const url = useAnalyticsUrl();
  const state = useAnalytics(url.url);
  useAnalyticsLive(url.span);
  const spanWord = useSpanWord();
  const { answered } = state;
  const span = answered === undefined ? "" : spanWord(answered.asked, answered.stats);
  const view = useMemo(
    (): StatsView | undefined => (answered === undefined ? undefined : { ...answered, span }),
    [answered, span],
  );
  const isFailed = state.hasNoHistory || (view === undefined && state.error !== null);
  return (
    <PageBody>
      <AnalyticsHeader view={view} state={state} url={url} isBasic={state.hasNoHistory} />
      {isFailed ? <Failure state={state} /> : <Cards view={view} isOld={state.isOld} url={url} />}
    </PageBody>
  );
}

function Cards(props: {
  readonly view: StatsView | undefined;
  readonly isOld: boolean;
  readonly url: AnalyticsUrlState;
}) {
  const { view, url } = props;
  return (
    <div
      aria-busy={props.isOld || view === undefined}
      className={clsx("flex min-w-0 flex-col gap-3 transition-opacity", props.isOld && "opacity-60")}
    >
      <WindowNumbers view={view} />
      <div className="grid gap-3 lg:grid-cols-2">
        <SuccessCard view={view} />
        <RecoveryCard view={view} />
      </div>
      <ReasonsCard view={view} />
      <div className="grid gap-3 lg:grid-cols-3">
        <AttemptsCard view={view} />
        <DelaysCard view={view} />
        <WaitsCard view={view} />
      </div>
      <div className="grid gap-3 xl:grid-cols-[3fr_2fr]">
        <HeatCard view={view} />
        <LeastStableCard span={url.span} />
      </div>
      <BreakdownCard view={view} url={url} />
      {view !== undefined && <ExportLinks bounds={view.stats} className="md:hidden" />}
    </div>
  );
}

/** One reason for all cards: they are drawn from one answer. */
function Failure({ state }: { readonly state: AnalyticsState }) {
  const t = useTranslations("analytics");
  const code = state.error instanceof ApiError ? state.error.code : undefined;
  if (state.hasNoHistory) {
    return (
      <Card className="py-16">
        <EmptyState icon={<History aria-hidden />} title={t("basic.title")} text={t("basic.text")} />
      </Card>
    );
  }
  return (
    <Card className="py-16">
      <ErrorState
        title={t("failed.title")}
        text={t(code === "invalid_input" ? "failed.invalidText" : "failed.text")}
        code={code}
        pending={state.isFetching}
        onRetry={state.retry}
      />
    </Card>
  );
}
