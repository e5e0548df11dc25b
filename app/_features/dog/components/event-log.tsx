"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import type { LaneView } from "#app/_components/charts/lane-view.ts";
import { Button } from "#app/_components/ui/button.tsx";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { ApiError } from "#app/_live/api-error.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FeedEvent } from "#lib/contracts/fleet.ts";
import { dogExports, dogQueries } from "../api/dog-queries.ts";
import { type LogFilter, logMatches } from "../model/log-event.ts";
import { LogRow, ProjectedRow } from "./log-row.tsx";
import { ExportLinks } from "./outages-card.tsx";

const FILTERS = ["all", "connection", "operator"] as const;
const SKELETON_ROWS = 8;

/** What the gateway witnessed of this dog, newest first, and what is projected since; a file of the lane's `window` beside it. Scrolls in itself on a wide screen. */
export function EventLog(props: { readonly sn: string; readonly detail: DogDetail; readonly window: LaneView }) {
  const { sn, detail } = props;
  const t = useTranslations("dog.log");
  const [filter, setFilter] = useState<LogFilter>("all");
  const log = useInfiniteQuery(dogQueries.log(sn));
  const events = unique(log.data?.pages.flatMap((page) => page.items) ?? []);
  const shown = events.filter((event) => logMatches(event, filter));
  return (
    <Card className="flex min-h-[300px] flex-col xl:max-h-[calc(100dvh-96px)]">
      <CardHead
        ruled
        title={t("title")}
        caption={
          events.length > 0 && (
            <span className="max-md:hidden">
              {t(log.hasNextPage ? "caption" : "captionAll", { count: shown.length })}
            </span>
          )
        }
        actions={
          <>
            <ExportLinks hrefs={dogExports(sn, props.window).events} what={t("title")} />
            <Segmented
              size="small"
              label={t("filter")}
              value={filter}
              onChange={setFilter}
              options={FILTERS.map((value) => ({ value, label: t(value) }))}
            />
          </>
        }
      />
      <section
        aria-label={t("list")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        className="min-h-0 flex-1 rounded-b-card xl:overflow-y-auto"
      >
        {log.isPending && <SkeletonLog />}
        {log.data === undefined && log.error !== null && (
          <Failed error={log.error} pending={log.isFetching} retry={() => void log.refetch()} />
        )}
        {log.data !== undefined && (
          <ol>
            {filter !== "operator" && <ProjectedRow detail={detail} />}
            {shown.map((event) => (
              <LogRow key={event.id} event={event} />
            ))}
          </ol>
        )}
        {log.data !== undefined && shown.length === 0 && (
          <EmptyState title={t("emptyTitle")} text={t(events.length === 0 ? "emptyText" : "emptyFiltered")} />
        )}
        {log.hasNextPage && (
          <div className="flex justify-center p-2">
            <Button size="small" pending={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              {t("older")}
            </Button>
          </div>
        )}
      </section>
    </Card>
  );
}

/** Pages fetched at two times may overlap. */
function unique(events: readonly FeedEvent[]): FeedEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

function Failed(props: { readonly error: Error; readonly pending: boolean; readonly retry: () => void }) {
  const t = useTranslations("dog.log");
  const code = props.error instanceof ApiError ? props.error.code : undefined;
  if (code === "unsupported_upstream") return <EmptyState title={t("basicTitle")} text={t("basicText")} />;
  return (
    <ErrorState
      title={t("failedTitle")}
      text={t("failedText")}
      code={code}
      pending={props.pending}
      onRetry={props.retry}
    />
  );
}

function SkeletonLog() {
  return (
    <div aria-busy="true">
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
        <div key={row} className="flex h-[29px] items-center gap-5 border-border border-b px-3.5">
          <Skeleton width={58} height={10} />
          <Skeleton width={90} height={10} />
          <Skeleton className="flex-1" height={10} />
        </div>
      ))}
    </div>
  );
}
