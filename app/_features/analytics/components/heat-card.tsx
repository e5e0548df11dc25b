"use client";

import { memo, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { type HeatColumn, HeatMap, type HeatRow, HeatScale } from "#app/_components/charts/heat-map.tsx";
import { zoneOffsetMs } from "#app/_components/charts/scale.ts";
import { ReasonSwatch } from "#app/_components/ui/reason.tsx";
import { reasonGroup } from "#app/_components/ui/reason-group.ts";
import { type Formatters, useFormatters } from "#app/_i18n/use-formatters.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { HOURS, heatRows } from "../model/reasons.ts";
import { useInstead } from "./instead.tsx";

const DAY_MINUTES = 1_440;
const nobodyDropped = ({ stats }: StatsView) => stats.heat.length === 0;
const twoDigits = (value: number) => String(value).padStart(2, "0");
const clockOf = (minutes: number) => {
  const within = ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return `${twoDigits(Math.floor(within / 60))}:${twoDigits(within % 60)}`;
};

/** Hours of day in the zone they were counted in, each with the same in UTC; `offsetMs` is the zone's offset at the window's end. */
function hourColumns(f: Formatters, zone: string, offsetMs: number): HeatColumn[] {
  const offset = Math.round(offsetMs / 60_000);
  return HOURS.map((hour) => {
    const [from, to] = [hour * 60, hour * 60 + 60];
    return {
      key: String(hour),
      label: twoDigits(hour),
      name: `${f.range(clockOf(from), clockOf(to))} ${zone}`,
      detail: `${f.range(clockOf(from - offset), clockOf(to - offset))} UTC`,
    };
  });
}

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
  const columns = useMemo(() => {
    if (view === undefined) return [];
    const to = Date.parse(view.stats.to);
    return hourColumns(f, f.zoneLabel(to), zoneOffsetMs(to, view.asked.tz));
  }, [f, view]);
  const most = Math.max(0, ...heat.flatMap(({ counts }) => counts));
  return (
    <ChartFrame
      title={t("title")}
      {...(view === undefined ? {} : { caption: t("caption", { zone: view.asked.tz, window: view.span }) })}
      table={{
        columns: [t("hour"), ...rows.map(({ label }) => label)],
        rows: columns.map(({ name }, hour) => [name, ...rows.map(({ counts }) => f.number(counts[hour] ?? 0))]),
      }}
      className="min-h-60 xl:min-h-[352px]"
      {...instead}
    >
      <HeatMap
        label={t("title")}
        rows={rows}
        columns={columns}
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
