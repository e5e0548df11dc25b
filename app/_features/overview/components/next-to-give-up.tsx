"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, CircleCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { Countdown } from "#app/_components/ui/countdown.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Meter } from "#app/_components/ui/meter.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useHeldRows } from "#app/_dog-table/use-held-rows.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useAt } from "#app/_live/moment-context.ts";
import Link from "#app/_live/moment-link.tsx";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { overviewQueries } from "../api/overview-queries.ts";

const URGENT_MS = 60_000;
const ROWS = 10;
const GRID =
  "grid grid-cols-[80px_minmax(0,1fr)_46px_46px_26px] items-center gap-x-2 px-3.5 max-md:grid-cols-[80px_minmax(0,1fr)_36px_44px_36px] max-md:gap-x-2";
const NONE: readonly DogRow[] = [];

/**
 * The ten dogs nearest the end of their dials, with the clock. Rows keep their places under the pointer. `renderForce` draws the
 * button of a row, `total` is how many have an end at all.
 */
export function NextToGiveUp(props: {
  readonly total: number | undefined;
  readonly renderForce: (row: DogRow) => ReactNode;
  readonly className?: string;
}) {
  const t = useTranslations("overview.next");
  const tFailed = useTranslations("overview.failed");
  const { data, error, isFetching, refetch } = useQuery(overviewQueries.nextToGiveUp(useAt()));
  const [isPointed, setPointed] = useState(false);
  const ending = (data?.items ?? NONE).filter((row) => row.gives_up_at !== null && row.state !== "gave_up");
  const { rows } = useHeldRows(ending, isPointed, "next");
  const isBasic = useLiveValue((live) => live.isBasic);
  return (
    <Card className={props.className}>
      <CardHead
        title={t("title")}
        caption={t("caption")}
        actions={
          props.total !== undefined &&
          props.total > 0 && (
            <Link
              href="/reconnections?sort=gives_up_at"
              prefetch={false}
              className="touch-target inline-flex items-center gap-1 rounded-small font-medium text-12 hover:underline"
            >
              {t("all", { count: props.total })}
              <ChevronRight aria-hidden className="size-3.5" />
            </Link>
          )
        }
      />
      <div className="min-h-[308px] max-md:min-h-0">
        {data === undefined && error === null && <SkeletonList />}
        {data === undefined && error !== null && (
          <ErrorState
            title={tFailed("list")}
            code={error instanceof ApiError ? error.code : undefined}
            pending={isFetching}
            onRetry={() => void refetch()}
          />
        )}
        {data !== undefined && rows.length === 0 && (
          <EmptyState
            className="min-h-[308px] max-md:min-h-0"
            icon={<CircleCheck aria-hidden />}
            title={t(isBasic ? "basicTitle" : "emptyTitle")}
            text={t(isBasic ? "basic" : "emptyText")}
          />
        )}
        {rows.length > 0 && (
          <>
            <div aria-hidden className={`${GRID} h-7 text-12 text-fg-3`}>
              <span>{t("dog")}</span>
              <span className="col-span-2">{t("reason")}</span>
              <span className="text-right">{t("earliest")}</span>
            </div>
            <ol aria-label={t("list")} onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
              {rows.slice(0, ROWS).map((row) => (
                <NextRow key={row.client_id} row={row} force={props.renderForce(row)} />
              ))}
            </ol>
          </>
        )}
      </div>
    </Card>
  );
}

function NextRow({ row, force }: { readonly row: DogRow; readonly force: ReactNode }) {
  const t = useTranslations();
  const end = instantMs(row.gives_up_at?.[0] ?? null);
  const now = useServerNow(1_000, end);
  const since = instantMs(row.since);
  if (end === null) return null;
  const left = end - now;
  const urgent = left < URGENT_MS;
  const share = since === null || end <= since ? 0 : left / (end - since);
  return (
    <li className={`${GRID} h-7 text-12 hover:bg-surface-hover max-md:h-10`}>
      <Link
        href={`/dogs/${encodeURIComponent(row.client_id)}`}
        prefetch={false}
        className="truncate font-mono text-fg hover:underline"
        title={row.client_id.length > 12 ? row.client_id : undefined}
      >
        {row.client_id}
      </Link>
      <span className="truncate text-fg-2">{row.reason_code === null ? "" : t(`reasons.${row.reason_code}`)}</span>
      <Meter share={share} tone={urgent ? "gave_up" : "reconnecting"} />
      <span className="text-right">
        {left > 0 ? (
          <Countdown target={end} now={now} estimated={row.estimated} urgent={urgent} />
        ) : (
          <span className="live-value font-bold text-state-gave-up">{t("overview.next.due")}</span>
        )}
      </span>
      {force}
    </li>
  );
}

function SkeletonList() {
  return (
    <div aria-busy="true" className="pt-7">
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
        <div key={row} className={`${GRID} h-7 max-md:h-10`}>
          <Skeleton height={10} />
          <Skeleton height={10} />
          <Skeleton height={4} />
          <Skeleton height={10} />
        </div>
      ))}
    </div>
  );
}
