"use client";

import { useTranslations } from "use-intl/react";
import { instantMs, nextDial } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** One dog's state in a line: "Waiting ~12 s before dial 7 of 10". */
export function useDogLine(): (row: DogRow, now: number) => string {
  const t = useTranslations("palette");
  const f = useFormatters();
  return (row, now) => {
    const ago = (instant: string | null) => f.duration(now - (instantMs(instant) ?? now));
    const left = (at: number) => f.estimate(f.duration(Math.ceil((at - now) / 1_000) * 1_000), row.estimated);
    const dial = nextDial(row, now);
    const dials = { attempt: row.reconnection_attempts, max: row.max_retries };
    switch (row.state) {
      case "connected":
        return t("connectedFor", { time: ago(row.since) });
      case "silent":
        return t("silent", { time: ago(row.last_seen_at) });
      case "settling":
        return t("settling", { time: f.duration(Math.max(0, (instantMs(row.stable_at) ?? now) - now)) });
      case "reconnecting":
        return dial.status === "waiting" ? t("waiting", { time: left(dial.at), ...dials }) : t("dialing", dials);
      case "probing":
        return dial.status === "waiting" ? t("probing", { time: left(dial.at) }) : t("dialing", dials);
      case "refused":
        return t("refused");
      case "gave_up":
        return t("gaveUp", { time: ago(row.gives_up_at?.[1] ?? null) });
      case "offline":
        return row.last_seen_at === null ? t("offlineUnknown") : t("offline", { time: ago(row.last_seen_at) });
      case "retired":
        return t("retired");
    }
  };
}
