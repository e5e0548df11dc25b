"use client";

import { useTranslations } from "use-intl/react";
import { instantMs, nextDial } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import { dialNow, ladderDials } from "../model/ladder.ts";

const wholeSeconds = (ms: number) => Math.ceil(Math.max(0, ms) / 1_000) * 1_000;

/** "Waiting ~12 s before dial 7 of 10": one dog's state now. */
export function useDogTitle(detail: DogDetail): string {
  const t = useTranslations("dog.verdict");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { row } = detail;
  const since = instantMs(row.since) ?? now;
  const dials = ladderDials(detail);
  const next = nextDial(row, now);
  switch (row.state) {
    case "connected":
      return t("connected", { time: f.duration(now - since) });
    case "silent":
      return t("silent", { time: f.duration(now - (instantMs(row.last_seen_at) ?? now)) });
    case "settling": {
      const left = (instantMs(row.stable_at) ?? now) - now;
      return left > 0 ? t("settling", { time: f.duration(wholeSeconds(left)) }) : t("settlingSoon");
    }
    case "reconnecting": {
      const at = dialNow(dials, now);
      const count = { dial: at?.dial ?? row.reconnection_attempts + 1, max: at?.of ?? row.max_retries };
      if (next.status !== "waiting") return t("dialing", count);
      const time = f.estimate(f.duration(wholeSeconds(next.at - now)), row.estimated);
      return t("waiting", { time, ...count });
    }
    case "probing": {
      if (next.status !== "waiting") return t("probingNow");
      return t("probing", { time: f.estimate(f.duration(wholeSeconds(next.at - now)), row.estimated) });
    }
    case "refused":
      return t("refused");
    case "gave_up":
      return t("gaveUp", { max: dials.at(-1)?.n ?? row.max_retries });
    case "offline":
      return row.since === null ? t("offlineUnknown") : t("offline", { at: f.moment(since, now) });
    case "retired":
      return t("retired");
  }
}
