"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import { AttemptBar } from "#app/_components/ui/attempt-bar.tsx";
import type { AttemptTone } from "#app/_components/ui/attempt-segments.ts";
import { Countdown } from "#app/_components/ui/countdown.tsx";
import { StateBadge } from "#app/_components/ui/state-badge.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import Link from "#app/_live/moment-link.tsx";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow, useServerTime } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { dialShare, dialsShown, givesUp, instantMs, nextDial, stateAt } from "./row-times.ts";

interface CellProps {
  readonly row: DogRow;
}

/** A word in a number's place. */
function Word({ children }: { readonly children: React.ReactNode }) {
  return <span className="text-fg-3">{children}</span>;
}

/** Glyph and word, "Dialing" while its dial is running. */
export function StateCell({ row, className }: CellProps & { readonly className?: string }) {
  const state = useServerTime((now) => stateAt(row, now));
  return <StateBadge state={state} fraction={dialShare(row)} className={clsx("live-value", className)} />;
}

/** The serial number, a link to the dog's page. Not a tab stop: the row is, and Enter opens it. */
export function DogCell({ row, className }: CellProps & { readonly className?: string }) {
  const t = useTranslations("table");
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Link
        href={`/dogs/${encodeURIComponent(row.client_id)}`}
        prefetch={false}
        tabIndex={-1}
        title={row.client_id.length > 12 ? row.client_id : undefined}
        className={clsx("truncate font-medium font-mono text-fg hover:underline", className)}
      >
        {row.client_id}
      </Link>
      {row.duplicate && (
        <span role="img" aria-label={t("duplicate")} title={t("duplicate")} className="text-state-refused">
          ×2
        </span>
      )}
    </span>
  );
}

/** Reason, then its category in a column of its own; an unknown one is followed by its raw error instead. */
export function ReasonCell({ row }: CellProps) {
  const t = useTranslations("reasons");
  if (row.reason_code === null) return null;
  if (row.reason_code === "unknown" && row.reason_raw !== null)
    return (
      <span className="flex items-baseline gap-1.5" title={row.reason_raw}>
        <span className="shrink-0">{t("unknown")}</span>
        <span className="truncate font-mono text-12 text-fg-3">{row.reason_raw}</span>
      </span>
    );
  return (
    <span className="flex items-baseline">
      <span className="w-[110px] shrink-0 truncate" title={row.reason_raw ?? undefined}>
        {t(row.reason_code)}
      </span>
      {row.category !== null && <span className="truncate text-12 text-fg-3">{t(`category.${row.category}`)}</span>}
    </span>
  );
}

const TONE: Partial<Record<DogRow["state"], AttemptTone>> = {
  reconnecting: "reconnecting",
  refused: "refused",
  probing: "probing",
  gave_up: "gave_up",
  settling: "settling",
};

/** Dials used and running, "~7/10". A dog that is back without a known count says so in a word. */
export function AttemptCell({ row }: CellProps) {
  const t = useTranslations("common");
  const dials = dialsShown(row);
  const tone = TONE[row.state];
  if (tone === undefined) return null;
  if (dials === null) return <Word>{t("back")}</Word>;
  const estimated = row.estimated && row.state !== "settling" && row.state !== "probing";
  // A dog that is back may have dialled more often than it had retries: the first dial is none, and it may have probed.
  const max = Math.max(row.max_retries, dials);
  return <AttemptBar attempt={dials} max={max} tone={tone} estimated={estimated} />;
}

export function NextDialCell({ row }: CellProps) {
  const t = useTranslations("common");
  const now = useServerNow(1_000, instantMs(row.next_retry_time));
  const next = nextDial(row, now);
  switch (next.status) {
    case "none":
      return <Word>{t("none")}</Word>;
    case "now":
      return <span className="text-accent">{t("now")}</span>;
    case "waiting":
      return <Countdown target={next.at} now={now} estimated={row.estimated} />;
  }
}

/** Time since `since`: out for, or in this state for. */
export function SinceCell({ row }: CellProps) {
  const f = useFormatters();
  const since = instantMs(row.since);
  const now = useServerNow(1_000, since);
  return since === null ? null : f.duration(now - since);
}

export function GivesUpCell({ row }: CellProps) {
  const t = useTranslations("common");
  const f = useFormatters();
  const now = useServerNow(1_000, instantMs(row.gives_up_at?.[0] ?? null));
  const isBasic = useLiveValue((live) => live.isBasic);
  const tTable = useTranslations("table");
  const end = givesUp(row, now);
  switch (end.status) {
    case "none":
      return null;
    case "back":
      return <Word>{t("back")}</Word>;
    case "never":
      // A gateway with the four basic calls does not say when a dog ends; that is not "never".
      return <Word>{isBasic ? tTable("unknown") : t("never")}</Word>;
    case "past":
      return <span className="font-mono text-fg-3">{f.clock(end.at)}</span>;
    case "range":
      return (
        <Countdown
          target={end.from}
          {...(end.to > end.from ? { to: end.to } : {})}
          now={now}
          estimated={row.estimated}
          urgent={end.urgent}
        />
      );
  }
}

export function StrategyCell({ row }: CellProps) {
  const t = useTranslations("reasons");
  return row.strategy === null ? null : <span className="text-fg-2">{t(`strategy.${row.strategy}`)}</span>;
}

/** A name of the fleet (network, site, firmware), or nothing where the dog does not say. */
export function NameCell({ value, mono = false }: { readonly value: string | null; readonly mono?: boolean }) {
  return value === null ? null : (
    <span className={clsx("text-fg-2", mono && "font-mono text-12")} title={value.length > 10 ? value : undefined}>
      {value}
    </span>
  );
}

/** "2 min 3 s ago"; the instant itself under the pointer. */
export function AgoCell({ at }: { readonly at: string | null }) {
  const t = useTranslations("table");
  const f = useFormatters();
  const ms = instantMs(at);
  const now = useServerNow(1_000, ms);
  if (ms === null) return null;
  const ago = now - ms;
  return (
    <time dateTime={at ?? undefined} title={f.moment(ms, now)} className="text-fg-2">
      {ago < 1_000 ? t("justNow") : t("ago", { time: f.duration(ago) })}
    </time>
  );
}

/** A dog that is heard is seen now, whenever its last event was; any other was last seen when its line went quiet. */
export function LastSeenCell({ row }: CellProps) {
  const t = useTranslations("table");
  if (row.state === "connected" || row.state === "settling") return <span className="text-fg-2">{t("justNow")}</span>;
  return <AgoCell at={row.last_seen_at} />;
}

/** Short sessions in the last 10 min; none is faint, three and more are flapping. */
export function FlapsCell({ row }: CellProps) {
  const t = useTranslations("table");
  const flapping = row.flaps >= 3;
  return (
    <span
      title={t("flapping", { count: row.flaps })}
      className={clsx(row.flaps === 0 ? "text-fg-3" : "text-fg", flapping && "font-medium text-state-reconnecting")}
    >
      {row.flaps}
    </span>
  );
}
