"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { DogCell, StateCell } from "#app/_dog-table/cells.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** One dog on a phone: who and what, since when, where; the action on the right. */
export function DogItem(props: { readonly row: DogRow; readonly action: ReactNode; readonly menu: ReactNode }) {
  const { row } = props;
  const places = [row.site, row.network, row.gateway].filter((name) => name !== null);
  return (
    <div className="flex w-full items-center gap-2 pr-2 pl-4">
      <div className="flex min-w-0 flex-1 flex-col gap-px">
        <span className="flex items-center gap-2.5 text-14">
          <DogCell row={row} className="py-0.5" />
          <StateCell row={row} className="text-13" />
        </span>
        <span className="truncate text-12 text-fg-2">
          <Since row={row} />
        </span>
        <span className="truncate text-12 text-fg-3">{places.join(", ")}</span>
      </div>
      <span className="flex w-28 shrink-0 flex-col *:w-full">{props.action}</span>
      {props.menu}
    </div>
  );
}

function Since({ row }: { readonly row: DogRow }) {
  const t = useTranslations("dogs");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const since = instantMs(row.since);
  const seen = instantMs(row.last_seen_at);
  const ago = (at: number | null) => (at === null ? "" : f.duration(now - at));
  switch (row.state) {
    case "connected":
    case "settling":
      return since === null ? null : t("connectedFor", { time: ago(since) });
    case "silent":
      return seen === null ? null : t("silentFor", { time: ago(seen) });
    case "reconnecting":
    case "refused":
    case "probing":
    case "gave_up":
      return since === null ? null : t("outFor", { time: ago(since) });
    case "offline":
    case "retired":
      return seen === null ? t("neverSeen") : t("lastSeen", { time: ago(seen) });
  }
}
