"use client";

import { useTranslations } from "use-intl/react";
import { PageHeader } from "#app/_components/layout/page-header.tsx";
import { FeedSentence } from "#app/_dog-table/feed-sentence.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

/** Title and how the fleet divides, as of when. Settling dogs are back on the line but still count as an outage. */
export function DogsHeader({ summary }: { readonly summary: FleetSummary | undefined }) {
  const t = useTranslations("dogs");
  return (
    <PageHeader
      title={t("title")}
      sentence={
        <FeedSentence>
          <span className="max-md:hidden">{summary !== undefined && <Sentence summary={summary} />}</span>
        </FeedSentence>
      }
    />
  );
}

function Sentence({ summary }: { readonly summary: FleetSummary }) {
  const t = useTranslations("dogs");
  const f = useFormatters();
  const time = f.clock(instantMs(summary.as_of) ?? 0);
  if (summary.known === 0) return t("sentenceNone", { time });
  return t.rich("sentence", {
    known: summary.known,
    connected: summary.connected + summary.settling,
    silent: summary.silent,
    out: summary.reconnecting + summary.refused + summary.probing + summary.gave_up,
    offline: summary.offline,
    time,
    b: (words) => <b>{words}</b>,
  });
}
