"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { PageHeader } from "#app/_components/layout/page-header.tsx";
import { FeedSentence } from "#app/_dog-table/feed-sentence.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import { csvHref } from "../api/reconnection-queries.ts";
import { CleanupButton } from "./cleanup-button.tsx";

const RECORD_TTL_MS = 86_400_000;

/** Title, how many are out and back, as of when; export and cleanup. */
export function ReconnectionsHeader(props: { readonly summary: FleetSummary | undefined; readonly query: object }) {
  const t = useTranslations("reconnections");
  const { summary } = props;
  return (
    <PageHeader
      title={t("title")}
      sentence={
        <FeedSentence>
          <span className="max-md:hidden">{summary !== undefined && <Sentence summary={summary} />}</span>
        </FeedSentence>
      }
      actions={
        <span className="contents max-md:hidden">
          <PageActions {...props} />
        </span>
      }
    />
  );
}

/** Export of what is filtered, and cleanup; on a phone they stand below the list. */
export function PageActions(props: { readonly summary: FleetSummary | undefined; readonly query: object }) {
  const t = useTranslations("table");
  const isBasic = useLiveValue((live) => live.isBasic);
  const { summary } = props;
  return (
    <>
      <a
        href={csvHref(props.query)}
        download
        className="inline-flex h-8 items-center gap-2 rounded-control px-3 font-medium text-13 text-fg-2 hover:bg-surface-active hover:text-fg max-md:h-10"
      >
        <Download aria-hidden className="size-4" />
        {t("exportCsv")}
      </a>
      <CleanupButton
        expired={isBasic ? null : (summary?.expired ?? 0)}
        ttlMs={summary?.settings.record_ttl_ms ?? RECORD_TTL_MS}
      />
    </>
  );
}

function Sentence({ summary }: { readonly summary: FleetSummary }) {
  const t = useTranslations("reconnections");
  const f = useFormatters();
  const out = summary.reconnecting + summary.refused + summary.probing + summary.gave_up;
  const total = out + summary.settling;
  const time = f.clock(instantMs(summary.as_of) ?? 0);
  if (total === 0) return t("sentenceNone", { time });
  return t.rich("sentence", { total, out, settling: summary.settling, time, b: (words) => <b>{words}</b> });
}
