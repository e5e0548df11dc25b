"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { AttemptCell, DogCell, StateCell } from "#app/_dog-table/cells.tsx";
import { givesUp, instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** One outage on a phone: who and what, why and for how long, dials and the end; the action on the right. */
export function ReconnectionItem({ row, action }: { readonly row: DogRow; readonly action: ReactNode }) {
  return (
    <div className="flex w-full items-center gap-3 px-4">
      <div className="flex min-w-0 flex-1 flex-col gap-px">
        <span className="flex items-center gap-2.5 text-14">
          <DogCell row={row} className="py-0.5" />
          <StateCell row={row} className="text-13" />
        </span>
        <Why row={row} />
        <span className="flex items-center gap-2 text-12 leading-4">
          <AttemptCell row={row} />
          <End row={row} />
        </span>
      </div>
      <span className="flex w-28 shrink-0 flex-col *:w-full">{action}</span>
    </div>
  );
}

function Why({ row }: { readonly row: DogRow }) {
  const t = useTranslations();
  const f = useFormatters();
  const since = instantMs(row.since);
  const now = useServerNow(1_000, since);
  const reason = row.reason_code === null ? "" : t(`reasons.${row.reason_code}`);
  const time = since === null ? "" : f.duration(now - since);
  return (
    <span className="truncate text-12 text-fg-2">
      {row.state === "settling"
        ? t("reconnections.settlingFor", { reason, time })
        : t("reconnections.outFor", { reason, time })}
    </span>
  );
}

function End({ row }: { readonly row: DogRow }) {
  const t = useTranslations("reconnections");
  const f = useFormatters();
  const stableAt = instantMs(row.stable_at);
  const now = useServerNow(1_000, row.state === "settling" ? stableAt : instantMs(row.gives_up_at?.[0] ?? null));
  const isBasic = useLiveValue((live) => live.isBasic);
  const end = givesUp(row, now);
  switch (end.status) {
    case "none":
      return null;
    case "back":
      return (
        <span className="truncate text-fg-3">
          {stableAt === null ? t("isBack") : t("stableIn", { time: f.duration(stableAt - now) })}
        </span>
      );
    case "never":
      return isBasic ? null : <span className="truncate text-fg-3">{t("neverGivesUp")}</span>;
    case "past":
      return <span className="truncate text-fg-3">{t("gaveUpAt", { time: f.clock(end.at) })}</span>;
    case "range":
      return (
        <span className={end.urgent ? "live-value truncate font-bold text-state-gave-up" : "truncate text-fg-3"}>
          {t("givesUpIn", { time: f.estimate(f.countdown(end.from - now), row.estimated) })}
        </span>
      );
  }
}
