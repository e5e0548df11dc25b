"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import { useCause } from "../hooks/use-cause.ts";

const bold = (words: ReactNode) => <b>{words}</b>;

/** Why, since when, and what happens if nothing is done. */
export function DogSentence({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.verdict");
  const f = useFormatters();
  const cause = useCause();
  const now = useServerNow(1_000);
  const { row, schedule } = detail;
  const probe = f.duration(schedule.probe_ms ?? 0);
  switch (row.state) {
    case "connected":
      return t("connectedText", {
        at: f.moment(instantMs(row.since) ?? now, now),
        network: row.network ?? "none",
      });
    case "silent":
      return t("silentText", { at: f.moment(instantMs(row.last_seen_at) ?? now, now) });
    case "settling":
      return t("settlingText", { cause: cause(row.reason_code), dials: row.dials ?? 0 });
    case "reconnecting":
      return (
        <>
          <Dropped detail={detail} /> <Ends detail={detail} />
        </>
      );
    case "probing":
      return (
        <>
          <Dropped detail={detail} /> {t("probingText", { max: schedule.max_retries + 1, probe })}
        </>
      );
    case "refused":
      return row.reason_raw === null ? t("refusedTextPlain") : t("refusedText", { raw: row.reason_raw });
    case "gave_up":
      return (
        <>
          <Dropped detail={detail} /> {t("gaveUpText")}
        </>
      );
    case "offline":
      return t("offlineText", { reason: row.reason_code ?? "normal_closure", cause: cause(row.reason_code) });
    case "retired":
      return t("retiredText");
  }
}

function Dropped({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.verdict");
  const f = useFormatters();
  const cause = useCause();
  const now = useServerNow(1_000);
  const isBasic = useLiveValue((live) => live.isBasic);
  const { row, outage } = detail;
  const at = instantMs(outage?.detected_at ?? row.since) ?? now;
  const heard = instantMs(row.last_seen_at) ?? at;
  if (isBasic) return t("droppedBasic", { time: f.duration(now - at), cause: cause(row.reason_code) });
  return t("dropped", {
    time: f.duration(now - at),
    cause: cause(row.reason_code),
    heard: f.moment(heard, now),
  });
}

function Ends({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.verdict");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { row, schedule } = detail;
  if (schedule.probe_ms !== null) return t("never", { probe: f.duration(schedule.probe_ms) });
  const from = instantMs(row.gives_up_at?.[0] ?? null);
  const to = instantMs(row.gives_up_at?.[1] ?? null);
  if (from === null || to === null) return t("neverUnknown");
  const estimated = row.estimated ? "yes" : "no";
  const wording = to <= from ? "at" : from > now ? "between" : "by";
  return t.rich(wording, {
    from: f.moment(from, now),
    to: f.moment(to, now),
    estimated,
    b: bold,
  });
}
