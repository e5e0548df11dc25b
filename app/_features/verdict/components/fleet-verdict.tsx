"use client";

import { useQuery } from "@tanstack/react-query";
import { History, Siren, TriangleAlert, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Verdict } from "#app/_components/layout/verdict.tsx";
import { Button } from "#app/_components/ui/button.tsx";
import { InlineCode } from "#app/_components/ui/code-block.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useAt } from "#app/_live/moment-context.ts";
import Link from "#app/_live/moment-link.tsx";
import { useLive } from "#app/_live/use-live.ts";
import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";
import type { DogFilter } from "#lib/contracts/reconnection.ts";
import { filterHref, incidentFilter, incidentQueries } from "../api/incident-queries.ts";
import { dogsConnected, dogsOut, fleetVerdict } from "../model/fleet-verdict.ts";
import { CalmSentence, IncidentSentence } from "./verdict-sentence.tsx";

const ICON = "size-[18px]";
const COUNT_EVERY_MS = 2_000;

/** What the page hands in: the window picker of the calm slot, and the button that forces all of an incident. */
export interface VerdictSlots {
  readonly picker: ReactNode;
  /** The picker in the width of a word, beside what acts. */
  readonly compactPicker: ReactNode;
  readonly renderForce: (filter: DogFilter, count: number) => ReactNode;
}

/**
 * The first answer: is the fleet all right, what happens if nothing is done, what can be done. Every kind fits the same 56 px, so
 * nothing below moves when trouble starts.
 */
export function FleetVerdictSlot(
  props: VerdictSlots & {
    readonly summary: FleetSummary | undefined;
    readonly error: Error | null;
    readonly onRetry: () => void;
  },
) {
  const { summary } = props;
  const { status } = useLive();
  if (summary === undefined)
    return props.error === null ? <Loading /> : <Failed error={props.error} onRetry={props.onRetry} />;
  if (status === "stale" || status === "reconnecting") return <Stale summary={summary} />;
  return <Known {...props} summary={summary} isBasic={status === "basic"} />;
}

function Known(props: VerdictSlots & { readonly summary: FleetSummary; readonly isBasic: boolean }) {
  const t = useTranslations("verdict");
  const tJournal = useTranslations("journal");
  const { summary } = props;
  const verdict = fleetVerdict(summary, props.isBasic);
  const counts = { connected: dogsConnected(summary), known: summary.known, out: dogsOut(summary) };
  switch (verdict.type) {
    case "empty":
      return (
        <Verdict
          tone="plain"
          glyph={<StateGlyph state="offline" size={18} />}
          title={t("empty.title")}
          sentence={t.rich("empty.text", { code: (words) => <InlineCode>{words}</InlineCode> })}
          actions={props.picker}
        />
      );
    case "basic":
      return (
        <Verdict
          tone="plain"
          glyph={<History aria-hidden className={ICON} />}
          title={t("basic.title", { out: verdict.out })}
          sentence={t("basic.text")}
          actions={<ShowDogs filter={{}} count={counts.out} />}
        />
      );
    case "journal":
      return (
        <Verdict
          tone="warning"
          glyph={<TriangleAlert aria-hidden className={ICON} />}
          title={tJournal(`title.${verdict.status}`)}
          sentence={tJournal("text", { dropped: verdict.dropped })}
          actions={props.compactPicker}
        />
      );
    case "incident":
      return <IncidentSlot {...props} />;
    case "many_out":
      return (
        <Verdict
          tone="warning"
          glyph={<StateGlyph state="reconnecting" size={18} />}
          title={t("manyOut", counts)}
          sentence={<CalmSentence summary={summary} />}
          actions={
            <>
              {props.compactPicker}
              <ShowDogs filter={{}} count={counts.out} />
            </>
          }
        />
      );
    case "all_connected":
    case "holding":
      return (
        <Verdict
          tone="calm"
          glyph={<StateGlyph state="connected" size={18} />}
          title={t(verdict.type === "holding" ? "holding" : "allConnected", counts)}
          sentence={<CalmSentence summary={summary} />}
          actions={props.picker}
        />
      );
  }
}

function IncidentSlot(props: VerdictSlots & { readonly summary: FleetSummary }) {
  const { incident } = props.summary;
  return incident && <KnownIncident {...props} incident={incident} />;
}

/** The sentence tells the incident's own dogs; the buttons count whom they would reach, who may be a few more. */
function KnownIncident({ incident, renderForce, compactPicker }: VerdictSlots & { readonly incident: Incident }) {
  const t = useTranslations("verdict");
  const f = useFormatters();
  const { kind, lost, of, out } = incident;
  const filter = incidentFilter(incident);
  const at = useAt();
  const { data: reached = out } = useQuery({
    ...incidentQueries.reached(filter, at),
    refetchInterval: at === null && COUNT_EVERY_MS,
  });
  const time = f.duration(Math.max(1_000, incident.within_ms));
  return (
    <Verdict
      tone="critical"
      glyph={<Siren aria-hidden className={ICON} />}
      title={t(`incident.${kind}`, { name: incident.name ?? "", lost, of, time })}
      sentence={<IncidentSentence incident={incident} />}
      actions={
        <>
          {compactPicker}
          <ShowDogs filter={filter} count={reached} />
          {renderForce(filter, reached)}
        </>
      }
    />
  );
}

/** A link that looks like the button it stands beside. */
function ShowDogs({ filter, count }: { readonly filter: DogFilter; readonly count: number }) {
  const t = useTranslations("verdict");
  if (count === 0) return null;
  return (
    <Link
      href={filterHref(filter)}
      className="touch-target inline-flex h-8 shrink-0 items-center justify-center whitespace-nowrap rounded-control border border-border-strong bg-surface px-3 font-medium text-13 hover:bg-surface-hover max-md:h-10 max-md:flex-1"
    >
      {t("showOut", { count })}
    </Link>
  );
}

function Stale({ summary }: { readonly summary: FleetSummary }) {
  const t = useTranslations("verdict");
  const f = useFormatters();
  const { status, seconds, lastTickAt, retry } = useLive();
  const time = f.clock(lastTickAt ?? Date.parse(summary.as_of));
  return (
    <Verdict
      tone="warning"
      glyph={<Unplug aria-hidden className={ICON} />}
      title={t("stale.title", { time, connected: dogsConnected(summary), known: summary.known })}
      sentence={status === "stale" ? t("stale.text", { seconds }) : t("stale.textReconnecting")}
      actions={<Button onClick={retry}>{t("retryNow")}</Button>}
    />
  );
}

function Failed(props: { readonly error: Error; readonly onRetry: () => void }) {
  const t = useTranslations("verdict.error");
  return (
    <div role="alert">
      <Verdict
        tone="warning"
        glyph={<TriangleAlert aria-hidden className={ICON} />}
        title={t("title")}
        sentence={
          <>
            {t("text")} {props.error instanceof ApiError && <code className="font-mono">{props.error.code}</code>}
          </>
        }
        actions={<Button onClick={props.onRetry}>{t("retry")}</Button>}
      />
    </div>
  );
}

function Loading() {
  const t = useTranslations("verdict");
  return (
    <div aria-busy="true" className="flex h-14 items-center gap-3.5 max-md:h-24">
      <Skeleton className="rounded-[8px]!" width={36} height={36} />
      <div className="flex flex-col gap-2.5">
        <h1 className="sr-only">{t("loading")}</h1>
        <Skeleton width={320} height={16} className="max-w-full" />
        <Skeleton width={520} height={10} className="max-w-full" />
      </div>
    </div>
  );
}
