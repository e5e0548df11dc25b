"use client";

import { useQuery } from "@tanstack/react-query";
import { History, Pause, Play, Unplug } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useLiveWriter } from "#app/_live/use-live-writer.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { FeedEvent, Incident } from "#lib/contracts/fleet.ts";
import { feedQueries, feedWriter } from "../api/feed-queries.ts";
import { countSince, feedLines } from "../model/feed-lines.ts";
import { FeedRow, PinnedRow } from "./feed-row.tsx";

const ROWS = 9;
const MINUTE_MS = 60_000;
const NONE: readonly FeedEvent[] = [];

interface LiveFeedProps {
  readonly incident: Incident | null;
  readonly className?: string;
}

/** The feed, or in the past the word that it has none. */
export function LiveFeed(props: LiveFeedProps) {
  const at = useAt();
  return at === null ? <Feed {...props} /> : <NoFeed at={at} className={props.className} />;
}

function NoFeed({ at, className }: { readonly at: number; readonly className: string | undefined }) {
  const t = useTranslations();
  const f = useFormatters();
  return (
    <Card className={className}>
      <CardHead title={t("feed.title")} />
      <EmptyState
        className="h-[233px] max-md:h-auto"
        icon={<History aria-hidden />}
        title={t("past.feedTitle")}
        text={t("past.feedText", { time: f.clock(at) })}
      />
    </Card>
  );
}

/** What happens in the fleet, newest first, in whole lines. It holds still under the pointer and on "pause". */
function Feed(props: LiveFeedProps) {
  const t = useTranslations("feed");
  const { data = NONE, error, isPending, isFetching, refetch } = useQuery(feedQueries.recent());
  useLiveWriter(feedWriter);
  const [paused, setPaused] = useState<readonly FeedEvent[] | null>(null);
  const [pointed, setPointed] = useState<readonly FeedEvent[] | null>(null);
  const isLocked = useLiveValue((live) => live.isLocked);
  const held = paused ?? pointed;
  const shown = held ?? data;
  const missed = held === null ? 0 : newerThan(data, held);
  const lines = feedLines(shown, props.incident).slice(0, props.incident === null ? ROWS : ROWS - 1);
  const Icon = paused === null ? Pause : Play;
  return (
    <Card className={props.className}>
      <CardHead
        title={t("title")}
        caption={
          isLocked ? (
            t("stopped")
          ) : held !== null ? (
            t(paused === null ? "held" : "paused", { count: missed })
          ) : (
            <Rate events={data} />
          )
        }
        actions={
          isLocked ? (
            <Unplug aria-hidden className="size-4 text-fg-2" />
          ) : (
            <Button
              size="small"
              variant="ghost"
              className="-mr-1.5"
              aria-label={t(paused === null ? "pause" : "resume")}
              aria-pressed={paused !== null}
              hint={t(paused === null ? "pause" : "resume")}
              icon={<Icon aria-hidden className="size-4" strokeWidth={1.6} />}
              onClick={() => setPaused(paused === null ? shown : null)}
            />
          )
        }
      />
      <div className="h-[233px] max-md:h-auto max-md:min-h-[120px] max-md:pb-2">
        {isPending && <SkeletonLines />}
        {!isPending && shown.length === 0 && (
          <Nothing error={error} isFetching={isFetching} retry={() => void refetch()} />
        )}
        {lines.length > 0 || props.incident !== null ? (
          <ol
            aria-label={t("list")}
            className="live-data"
            onPointerEnter={(event) => event.pointerType === "mouse" && setPointed(shown)}
            onPointerLeave={() => setPointed(null)}
          >
            {props.incident !== null && <PinnedRow incident={props.incident} />}
            {lines.map((line) => (
              <FeedRow key={line.id} line={line} />
            ))}
          </ol>
        ) : null}
      </div>
    </Card>
  );
}

/** How many of `data` came since `held` was taken. */
function newerThan(data: readonly FeedEvent[], held: readonly FeedEvent[]): number {
  const newest = held[0]?.id;
  const index = data.findIndex(({ id }) => id === newest);
  return index === -1 ? data.length : index;
}

function Rate({ events }: { readonly events: readonly FeedEvent[] }) {
  const t = useTranslations("feed");
  const { data: told } = useQuery(feedQueries.rate());
  const now = useServerNow(1_000);
  const counted = countSince(events, now - MINUTE_MS);
  return t("rate", { count: counted === 0 ? 0 : (told ?? counted) });
}

function Nothing(props: { readonly error: Error | null; readonly isFetching: boolean; readonly retry: () => void }) {
  const t = useTranslations("feed");
  const code = props.error instanceof ApiError ? props.error.code : undefined;
  if (code === "unsupported_upstream")
    return <EmptyState className="h-full" title={t("basicTitle")} text={t("basicText")} />;
  if (props.error !== null)
    return (
      <ErrorState
        title={t("failedTitle")}
        text={t("failedText")}
        code={code}
        pending={props.isFetching}
        onRetry={props.retry}
      />
    );
  return <EmptyState className="h-full" title={t("emptyTitle")} text={t("emptyText")} />;
}

function SkeletonLines() {
  return (
    <div aria-busy="true">
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
        <div key={row} className="flex h-[25px] items-center gap-3 px-3.5">
          <Skeleton width={56} height={10} />
          <Skeleton width={80} height={10} />
          <Skeleton className="flex-1" height={10} />
        </div>
      ))}
    </div>
  );
}
