"use client";

import clsx from "clsx";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import { SpanPicker } from "#app/_stats-window/span-picker.tsx";
import { exportHref } from "../api/analytics-queries.ts";
import type { AnalyticsState } from "../hooks/use-analytics.ts";
import type { AnalyticsUrlState } from "../hooks/use-analytics-url.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { isAllUnknown } from "../model/series.ts";

const MINUTE_MS = 60_000;
const bold = (words: ReactNode) => <b className="font-semibold text-fg">{words}</b>;

/** Title, the window's bounds and how much of it nobody watched; the window picker and the export. */
export function AnalyticsHeader(props: {
  readonly view: StatsView | undefined;
  readonly state: AnalyticsState;
  readonly url: AnalyticsUrlState;
  /** No history: no window to choose. */
  readonly isBasic: boolean;
}) {
  const t = useTranslations("analytics");
  const now = useServerNow(MINUTE_MS);
  const { view, state } = props;
  return (
    <header className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1">
        <h1 className="font-semibold text-18 tracking-[-0.018em] lang-zh:tracking-normal max-md:sr-only">
          {t("title")}
        </h1>
        <div aria-live="polite" className="min-h-5 text-13 text-fg-2">
          {state.isOld ? t("loading") : view !== undefined && <Bounds view={view} failed={state.error !== null} />}
        </div>
      </div>
      {!props.isBasic && (
        <div className="flex items-center gap-2 max-md:w-full max-md:justify-between">
          <SpanPicker choice={props.url} now={now} hasCustom />
          {view !== undefined && <ExportLinks bounds={view.stats} className="max-md:hidden" />}
        </div>
      )}
    </header>
  );
}

function Bounds({ view, failed }: { readonly view: StatsView; readonly failed: boolean }) {
  const t = useTranslations("analytics");
  const f = useFormatters();
  const { stats } = view;
  const [from, to, asOf] = [Date.parse(stats.from), Date.parse(stats.to), Date.parse(stats.as_of)];
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
      <span title={t("boundsUtc", { from: f.utcDayMinutes(from), to: f.utcDayMinutes(to) })}>
        {t.rich("bounds", { from: f.dayMinutes(from), to: f.dayMinutes(to), zone: f.zoneLabel(to), b: bold })}
      </span>
      <Unknown {...view} />
      <span className={failed ? "text-state-reconnecting" : "text-fg-3"}>
        {failed ? t("refreshFailed", { time: f.clock(asOf) }) : t("asOf", { time: f.clock(asOf) })}
      </span>
    </p>
  );
}

function Unknown({ stats, span }: StatsView) {
  const t = useTranslations("analytics");
  const f = useFormatters();
  if (stats.unknown_ms <= 0) return <span>{t("watched")}</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      <StateGlyph state="unknown" size={12} />
      <span>
        {isAllUnknown(stats)
          ? t("unknownAll")
          : t.rich("unknown", { time: f.duration(stats.unknown_ms, 1), whole: span, b: bold })}
      </span>
    </span>
  );
}

const LINK =
  "touch-target inline-flex h-8 items-center gap-1.5 rounded-control px-2 font-medium text-13 text-fg-2 hover:bg-surface-active hover:text-fg max-md:h-10";

/** The outages begun within what is shown, as a file; on a phone below all else. */
export function ExportLinks({
  bounds,
  className,
}: {
  readonly bounds: { readonly from: string; readonly to: string };
  readonly className?: string;
}) {
  const t = useTranslations("analytics.export");
  return (
    <fieldset className={clsx("flex items-center", className)} aria-label={t("label")}>
      <a href={exportHref("csv", bounds)} download aria-label={t("csv")} title={t("csv")} className={LINK}>
        <Download aria-hidden className="size-4" />
        CSV
      </a>
      <a href={exportHref("json", bounds)} download aria-label={t("json")} title={t("json")} className={LINK}>
        JSON
      </a>
    </fieldset>
  );
}
