"use client";

import { Braces, CircleCheck, Download } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { fitView, type LaneView } from "#app/_components/charts/lane-view.ts";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { type GlyphState, StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { OutageRecord } from "#lib/contracts/fleet.ts";
import { dogExports } from "../api/dog-queries.ts";
import type { LaneData } from "../hooks/use-lane-data.ts";

const CELL = "h-[29px] whitespace-nowrap px-2 first:pl-3.5 last:pr-3.5";
const MARGIN = 0.5;
const LEAST_MARGIN_MS = 15_000;

/** Outages begun in the lane's window, newest first: a press on one magnifies it. */
export function OutagesCard(props: {
  readonly sn: string;
  readonly data: LaneData;
  readonly onView: (view: LaneView) => void;
}) {
  const t = useTranslations("dog.outages");
  const { outages, outages_total, timeline } = props.data.window;
  const window = { from: Date.parse(timeline.from), to: Date.parse(timeline.to) };
  const caption = (count: number, total: number) =>
    total > count ? t("captionNewest", { total, count }) : t("caption", { count });
  return (
    <Card aria-busy={props.data.isLoading}>
      <CardHead
        ruled
        title={t("title")}
        caption={outages === undefined ? undefined : caption(outages.length, outages_total ?? outages.length)}
        actions={<ExportLinks hrefs={dogExports(props.sn, window).outages} what={t("title")} />}
      />
      <section
        aria-label={t("title")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        className="max-h-[203px] min-h-[87px] overflow-auto rounded-b-card"
      >
        {outages === undefined && <Nothing data={props.data} />}
        {outages !== undefined && outages.length === 0 && (
          <EmptyState icon={<CircleCheck aria-hidden />} title={t("emptyTitle")} className="py-3" />
        )}
        {outages !== undefined && outages.length > 0 && <Rows outages={outages} onView={props.onView} />}
      </section>
    </Card>
  );
}

function Nothing({ data }: { readonly data: LaneData }) {
  const t = useTranslations("dog.outages");
  const { error } = data;
  if (error === null)
    return (
      <div aria-busy="true" className="flex flex-col gap-3 p-3.5">
        <Skeleton height={10} />
        <Skeleton height={10} />
      </div>
    );
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === "unsupported_upstream") return <EmptyState title={t("basic")} className="py-3" />;
  return <ErrorState title={t("failed")} code={code} pending={data.isLoading} onRetry={data.retry} />;
}

function Rows(props: { readonly outages: readonly OutageRecord[]; readonly onView: (view: LaneView) => void }) {
  const t = useTranslations("dog.outages");
  const head = (name: "since" | "reason" | "lasted" | "dials" | "outcome", end = false) => (
    <th
      scope="col"
      className={`${CELL} sticky top-0 z-10 bg-surface font-medium text-fg-2 ${end ? "text-right" : "text-left"} ${name === "dials" ? "max-md:hidden" : ""}`}
    >
      {t(name)}
    </th>
  );
  return (
    <table className="w-full border-separate border-spacing-0 text-12">
      <thead>
        <tr>
          {head("since")}
          {head("reason")}
          {head("lasted", true)}
          {head("dials", true)}
          {head("outcome")}
        </tr>
      </thead>
      <tbody>
        {props.outages.map((outage) => (
          <Row key={outage.since} outage={outage} onView={props.onView} />
        ))}
      </tbody>
    </table>
  );
}

type Outcome = NonNullable<OutageRecord["outcome"]>;
const GLYPH: Record<Outcome, GlyphState> = {
  recovered: "connected",
  gave_up: "gave_up",
  returned: "gave_up",
  offline: "offline",
  cleaned: "offline",
  retired: "offline",
};

function Row({ outage, onView }: { readonly outage: OutageRecord; readonly onView: (view: LaneView) => void }) {
  const t = useTranslations("dog.outages");
  const tReason = useTranslations("reasons");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const since = Date.parse(outage.since);
  const ended = instantMs(outage.ended_at);
  const magnify = () => {
    const margin = Math.max(LEAST_MARGIN_MS, MARGIN * ((ended ?? now) - since));
    onView(fitView({ from: since - margin, to: (ended ?? now) + margin }, { from: since - margin, to: now }));
  };
  const cell = `${CELL} border-border border-t`;
  return (
    <tr className="hover:bg-surface-hover">
      <td className={cell}>
        <button
          type="button"
          onClick={magnify}
          title={`${f.full(since)} (${f.utcDayMinutes(since)} UTC)`}
          aria-label={t("magnify", { time: f.moment(since, now) })}
          className="touch-target rounded-small font-mono hover:underline"
        >
          {f.moment(since, now)}
        </button>
      </td>
      <td className={`${cell} max-w-40 truncate`}>{tReason(outage.reason_code)}</td>
      <td className={`${cell} text-right`}>{f.duration((ended ?? now) - since)}</td>
      <td className={`${cell} text-right max-md:hidden`}>
        {outage.dials === null ? (
          <span className="text-fg-3">{t("dialsUnknown")}</span>
        ) : (
          <>
            {f.estimate(f.number(outage.dials), outage.source !== "reported")}{" "}
            <span className="text-fg-3">{t(outage.source === "reported" ? "reported" : "estimated")}</span>
          </>
        )}
      </td>
      <td className={cell}>
        <span className="inline-flex items-center gap-1.5">
          <StateGlyph state={outage.outcome === null ? "reconnecting" : GLYPH[outage.outcome]} size={12} />
          {outage.outcome === null ? t("open") : t(`outcomes.${outage.outcome}`)}
          {ended !== null && <span className="text-fg-3 max-md:hidden">{f.moment(ended, now)}</span>}
        </span>
      </td>
    </tr>
  );
}

/** Two files of the same rows. */
export function ExportLinks(props: {
  readonly hrefs: (kind: "csv" | "json") => string;
  readonly what: string;
}): ReactNode {
  const t = useTranslations("dog");
  const link = (kind: "csv" | "json") => (
    <a
      key={kind}
      href={props.hrefs(kind)}
      download
      aria-label={t("export", { what: props.what, kind: kind.toUpperCase() })}
      className="touch-target inline-flex h-[26px] items-center gap-1.5 rounded-control px-1.5 font-medium text-12 text-fg-2 hover:bg-surface-active hover:text-fg"
    >
      {kind === "csv" ? <Download aria-hidden className="size-3.5" /> : <Braces aria-hidden className="size-3.5" />}
      <span className="max-md:sr-only">{kind.toUpperCase()}</span>
    </a>
  );
  return (
    <span className="flex">
      {link("csv")}
      {link("json")}
    </span>
  );
}
