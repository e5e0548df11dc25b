"use client";

import { Pin } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import Link from "#app/_live/moment-link.tsx";
import type { Incident } from "#lib/contracts/fleet.ts";
import { useFeedWords } from "../hooks/use-feed-words.ts";
import { feedGlyph } from "../model/feed-glyph.ts";
import type { FeedLine } from "../model/feed-lines.ts";

const ROW = "grid h-[25px] grid-cols-[56px_14px_86px_minmax(0,1fr)] items-center gap-x-1.5 px-3.5 text-12 max-md:h-8";

/** One line: when, what it made of the dog, who, what happened. */
export function FeedRow({ line }: { readonly line: FeedLine }) {
  const f = useFormatters();
  const { who, what } = useFeedWords()(line);
  const { event, count } = line;
  const isDog = count === 1 && event.client_id !== null;
  return (
    <li className={`${ROW} max-md:nth-[n+7]:hidden`}>
      <time dateTime={event.at} className="font-mono text-fg-3">
        {f.clock(Date.parse(event.at))}
      </time>
      <StateGlyph state={feedGlyph(event)} size={12} />
      {isDog ? (
        <Link
          href={`/dogs/${encodeURIComponent(who)}`}
          prefetch={false}
          className="truncate font-mono hover:underline"
          title={who.length > 12 ? who : undefined}
        >
          {who}
        </Link>
      ) : (
        <span className="truncate font-mono">{who}</span>
      )}
      <span className="truncate text-fg-2" title={event.reason_raw ?? undefined}>
        {what}
      </span>
    </li>
  );
}

/** The burst of an incident as one line on top, while it lasts. */
export function PinnedRow({ incident }: { readonly incident: Incident }) {
  const t = useTranslations("feed");
  const f = useFormatters();
  const place = incident.name ?? t("fleet");
  return (
    <li className={`${ROW} grid-cols-[56px_14px_86px_minmax(0,1fr)_14px] bg-state-reconnecting-tint`}>
      <time dateTime={incident.since} className="font-mono text-fg-3">
        {f.clock(Date.parse(incident.since))}
      </time>
      <StateGlyph state="reconnecting" size={12} />
      <span className="truncate font-medium font-mono">{t("dogs", { count: incident.lost })}</span>
      <span className="truncate text-fg">{t("droppedSite", { site: place })}</span>
      <Pin role="img" aria-label={t("pinned")} className="size-3 text-fg-3" />
    </li>
  );
}
