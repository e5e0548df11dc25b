"use client";

import { memo, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { type HeatColumn, HeatMap, type HeatRow, HeatScale } from "#app/_components/charts/heat-map.tsx";
import { ReasonSwatch } from "#app/_components/ui/reason.tsx";
import { reasonGroup } from "#app/_components/ui/reason-group.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-window-words.ts";
import { HOURS, heatRows } from "../model/reasons.ts";
import { useInstead } from "./instead.tsx";

const nobodyDropped = ({ stats }: StatsView) => stats.heat.length === 0;
const twoDigits = (hour: number) => String(hour).padStart(2, "0");
const COLUMNS: readonly HeatColumn[] = HOURS.map((hour) => ({
  key: String(hour),
  label: twoDigits(hour),
  name: `${twoDigits(hour)}:00–${twoDigits((hour + 1) % 24)}:00`,
}));

/** Outages by reason and hour of day, in the zone they were asked for. */
export const HeatCard = memo(function HeatCard({ view }: { readonly view: StatsView | undefined }) {
  const t = useTranslations("analytics.heat");
  const tReason = useTranslations("reasons");
  const f = useFormatters();
  const percent = usePercent();
  const instead = useInstead(view, nobodyDropped, { title: t("emptyTitle") });
  const heat = useMemo(() => (view === undefined ? [] : heatRows(view.stats)), [view]);
  const rows: HeatRow[] = heat.map(({ code, counts }) => ({
    key: code,
    label: tReason(code),
    glyph: <ReasonSwatch group={reasonGroup(code)} />,
    counts,
  }));
  const most = Math.max(0, ...heat.flatMap(({ counts }) => counts));
  return (
    <ChartFrame
      title={t("title")}
      {...(view === undefined ? {} : { caption: t("caption", { zone: view.asked.tz, window: view.span }) })}
      table={{
        columns: [t("hour"), ...rows.map(({ label }) => label)],
        rows: COLUMNS.map(({ name }, hour) => [name, ...rows.map(({ counts }) => f.number(counts[hour] ?? 0))]),
      }}
      className="min-h-[352px]"
      {...instead}
    >
      <HeatMap
        label={t("title")}
        rows={rows}
        columns={COLUMNS}
        format={f.number}
        tooltip={({ counts }, hour) => {
          const [count, all] = [counts[hour] ?? 0, counts.reduce((sum, one) => sum + one, 0)];
          return [
            { key: "count", label: t("count"), value: f.number(count) },
            { key: "share", label: t("share"), value: percent.words(all === 0 ? 0 : count / all) },
          ];
        }}
      />
      <div className="mt-2 flex justify-end">
        <HeatScale least={t("none")} most={t("most", { count: most })} />
      </div>
    </ChartFrame>
  );
});
