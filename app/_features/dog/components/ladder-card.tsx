"use client";

import { CircleCheck } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { BackoffLadder } from "#app/_components/charts/backoff-ladder.tsx";
import { ChartFrame, type LegendItem } from "#app/_components/charts/chart-frame.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import { ladderDials, ladderEnd, plannedWaits } from "../model/ladder.ts";

const SWATCH = "inline-block h-2.5 w-3";
const HEIGHT = 176;

/** The waits of the open outage, dial by dial, with the now mark; else what the dog would do if it dropped. */
export function LadderCard({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.ladder");
  const tLadder = useTranslations("charts.ladder");
  const f = useFormatters();
  const now = useServerNow();
  const { row, schedule } = detail;
  const isOut = !row.is_connected && row.state !== "offline" && row.state !== "retired";
  const dials = isOut ? ladderDials(detail) : [];
  const empty = dials.length > 0 ? undefined : isOut ? <Unknown /> : <Plan detail={detail} />;
  const caption = t("caption", { source: schedule.source, estimated: isOut && row.estimated ? "yes" : "no" });
  return (
    <ChartFrame
      title={t("title")}
      caption={caption}
      legend={LEGEND.map(
        ({ key, look }): LegendItem => ({
          key,
          label: tLadder(key),
          glyph: <span aria-hidden className={`${SWATCH} ${look}`} />,
        }),
      )}
      table={{
        columns: [tLadder("column"), tLadder("wait"), tLadder("at")],
        rows: dials.map((dial) => [
          String(dial.n),
          f.duration(dial.waitMs, 1),
          f.estimate(f.moment(dial.at, now), dial.estimated),
        ]),
      }}
      height={HEIGHT}
      {...(empty === undefined ? {} : { empty })}
    >
      <BackoffLadder label={t("title")} dials={dials} now={now} end={ladderEnd(detail)} />
    </ChartFrame>
  );
}

const LEGEND = [
  { key: "lapsed", look: "border-state-reconnecting-fill border-t-2 bg-state-reconnecting-fill/28" },
  {
    key: "waiting",
    look: "border border-state-reconnecting-fill bg-linear-to-r from-50% from-state-reconnecting-fill to-50% to-surface",
  },
  { key: "planned", look: "rounded-[2px] border border-border-strong border-dashed" },
] as const;

/** No outage: its schedule in words. */
function Plan({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.ladder");
  const f = useFormatters();
  const { schedule } = detail;
  const waits = plannedWaits(schedule);
  const distinct = waits.filter((wait, index) => wait !== waits[index - 1]);
  const latest = schedule.first_delay_ms[1];
  return (
    <EmptyState
      className="h-full"
      icon={<CircleCheck aria-hidden />}
      title={t("emptyTitle")}
      text={t("emptyText", {
        first: latest === 0 ? "once" : f.duration(latest, 1),
        waits: distinct.map((wait) => f.duration(wait, 1)).join(", "),
        dials: schedule.max_retries + 1,
        probe: schedule.probe_ms === null ? "none" : f.duration(schedule.probe_ms),
      })}
    />
  );
}

function Unknown() {
  const t = useTranslations("dog.ladder");
  return <EmptyState className="h-full" title={t("unknownTitle")} text={t("unknownText")} />;
}
