"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";
import { dogsOut } from "../model/fleet-verdict.ts";

const bold = (words: ReactNode) => <b>{words}</b>;

/** Who is out and what happens if nothing is done. */
export function CalmSentence({ summary }: { readonly summary: FleetSummary }) {
  const t = useTranslations("verdict");
  const out = dogsOut(summary);
  if (out === 0) return t("noneOut", { offline: summary.offline });
  const group = summary.largest_group;
  return (
    <>
      {group === null
        ? t("outAlone", { out })
        : t("outGroup", { out, group: group.out, of: group.of, site: group.site })}{" "}
      <IfNothingChanges summary={summary} />
    </>
  );
}

function IfNothingChanges({ summary }: { readonly summary: FleetSummary }) {
  const t = useTranslations("verdict");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { count, earliest } = summary.next_give_up;
  const at = instantMs(earliest);
  if (count > 0 && at !== null)
    return t.rich(at <= now ? "giveUpDue" : "giveUp", { count, time: f.clock(at), b: bold });
  const isAllOver = summary.gave_up === dogsOut(summary);
  return isAllOver ? t("allGaveUp", { count: summary.gave_up }) : t("noGiveUp");
}

/** The one cause, and when its dogs begin to give up. */
export function IncidentSentence({ incident }: { readonly incident: Incident }) {
  const t = useTranslations("verdict");
  const f = useFormatters();
  const cause = t("incident.cause", {
    cause: t(`cause.${incident.reason_code}`),
    time: f.clock(Date.parse(incident.since)),
    out: incident.out,
  });
  return (
    <>
      {cause} <IncidentEnd from={instantMs(incident.gives_up_from)} />
    </>
  );
}

function IncidentEnd({ from }: { readonly from: number | null }) {
  const t = useTranslations("verdict.incident");
  const f = useFormatters();
  const now = useServerNow(1_000);
  if (from === null) return t("never");
  const time = f.clock(from);
  if (from <= now) return t.rich("givingUp", { time, b: bold });
  return t.rich("giveUp", { time, left: f.countdown(from - now), b: bold });
}
