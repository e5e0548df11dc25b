"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { PageBody } from "#app/_components/layout/page-header.tsx";
import { Verdict } from "#app/_components/layout/verdict.tsx";
import { Card } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import Link from "#app/_live/moment-link.tsx";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { dogQueries } from "../api/dog-queries.ts";
import { useDogLive } from "../hooks/use-dog-live.ts";
import { useLaneData } from "../hooks/use-lane-data.ts";
import { useLaneWindow } from "../hooks/use-lane-window.ts";
import { CONTEXT_MS } from "../model/lane-context.ts";
import { DogHeader } from "./dog-header.tsx";
import { DogVerdict } from "./dog-verdict.tsx";
import { EventLog } from "./event-log.tsx";
import { LadderCard } from "./ladder-card.tsx";
import { OutagesCard } from "./outages-card.tsx";
import { StabilityCard } from "./stability-card.tsx";
import { StatusCard } from "./status-card.tsx";
import { TicketsCard } from "./tickets-card.tsx";
import { TimelineCard } from "./timeline-card.tsx";

const MINUTE_MS = 60_000;

/** Everything known of one dog. `renderAction` draws the button that brings it back. */
export function DogPage(props: { readonly sn: string; readonly renderAction: (row: DogRow) => ReactNode }) {
  const { sn } = props;
  const { data: detail, error, isFetching, refetch } = useQuery(dogQueries.detail(sn));
  useDogLive(sn);
  const isGone = error instanceof ApiError && error.code === "not_found";
  return (
    <PageBody>
      <DogHeader sn={sn} detail={isGone ? undefined : detail} />
      {isGone && <Missing sn={sn} />}
      {!isGone && detail === undefined && error !== null && (
        <Failed error={error} pending={isFetching} retry={() => void refetch()} />
      )}
      {!isGone && detail === undefined && error === null && <Loading />}
      {!isGone && detail !== undefined && <Known sn={sn} detail={detail} action={props.renderAction(detail.row)} />}
    </PageBody>
  );
}

function Known({
  sn,
  detail,
  action,
}: {
  readonly sn: string;
  readonly detail: DogDetail;
  readonly action: ReactNode;
}) {
  const t = useTranslations("dog.timeline");
  const f = useFormatters();
  const now = useServerNow(MINUTE_MS);
  const lane = useLaneWindow(now, Date.parse(detail.first_seen_at));
  const data = useLaneData(sn, detail, lane, now);
  const { timeline } = data.window;
  const told = { from: Date.parse(timeline.from), to: Date.parse(timeline.to) };
  const isCut = !data.isLoading && told.from > (lane.settled?.from ?? told.to - CONTEXT_MS[lane.context]) + MINUTE_MS;
  const bounds = isCut ? told : lane.settled;
  const window =
    bounds === null
      ? t(`words.${lane.context}`)
      : t("bounds", { from: f.moment(bounds.from, now), to: f.moment(bounds.to, now) });
  return (
    <>
      <DogVerdict detail={detail} action={action} />
      {(detail.row.duplicate || detail.live_sockets > 1) && <Duplicate count={Math.max(2, detail.live_sockets)} />}
      <div className="grid gap-3 xl:grid-cols-[minmax(0,1fr)_360px] xl:items-start">
        <div className="flex min-w-0 flex-col gap-3">
          <LadderCard detail={detail} />
          <TimelineCard detail={detail} lane={lane} data={data} />
          <OutagesCard sn={sn} data={data} onView={lane.setView} />
          <EventLog sn={sn} detail={detail} window={told} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <StabilityCard detail={detail} stability={data.window.stability} window={window} isLoading={data.isLoading} />
          <TicketsCard tickets={detail.tickets} />
          <StatusCard sn={sn} />
        </div>
      </div>
    </>
  );
}

/** Two dogs with one name, or one with a leaked reader: they would fight over the session. */
function Duplicate({ count }: { readonly count: number }) {
  const t = useTranslations("dog.duplicate");
  return (
    <Verdict
      level={2}
      tone="warning"
      glyph={<TriangleAlert aria-hidden className="size-[18px]" />}
      title={t("title", { count })}
      sentence={t("text")}
    />
  );
}

function Missing({ sn }: { readonly sn: string }) {
  const t = useTranslations("dog.missing");
  return (
    <Card className="grid min-h-80 place-items-center">
      <EmptyState title={t("title", { sn })} text={t("text")}>
        <Link href="/dogs" className="text-13 text-accent hover:underline">
          {t("toDogs")}
        </Link>
      </EmptyState>
    </Card>
  );
}

function Failed(props: { readonly error: Error; readonly pending: boolean; readonly retry: () => void }) {
  const t = useTranslations("dog.failed");
  return (
    <Card className="grid min-h-80 place-items-center">
      <ErrorState
        title={t("title")}
        text={t("text")}
        code={props.error instanceof ApiError ? props.error.code : undefined}
        pending={props.pending}
        onRetry={props.retry}
      />
    </Card>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3">
      <Skeleton className="rounded-card!" height={56} />
      <div className="grid gap-3 xl:grid-cols-[minmax(0,1fr)_360px]">
        <div className="flex flex-col gap-3">
          <Skeleton className="rounded-card!" height={216} />
          <Skeleton className="rounded-card!" height={176} />
          <Skeleton className="rounded-card!" height={302} />
        </div>
        <div className="flex flex-col gap-3">
          <Skeleton className="rounded-card!" height={276} />
          <Skeleton className="rounded-card!" height={160} />
          <Skeleton className="rounded-card!" height={240} />
        </div>
      </div>
    </div>
  );
}
