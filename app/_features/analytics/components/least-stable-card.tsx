"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useId } from "react";
import { useTranslations } from "use-intl/react";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { type StatsSpan, wantedOf } from "#app/_stats-window/stats-window.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { LeastStable } from "#lib/contracts/fleet.ts";
import { analyticsQueries } from "../api/analytics-queries.ts";

const ROWS = 10;

/** The dogs with the most outages of the window, each a link to its page. */
export function LeastStableCard({ span }: { readonly span: StatsSpan }) {
  const t = useTranslations("analytics.least");
  const boundsOf = useWindowBounds();
  const titleId = useId();
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...analyticsQueries.leastStable(wantedOf(span, null)),
    placeholderData: keepPreviousData,
  });
  return (
    <Card
      className="min-h-60 xl:min-h-[352px]"
      aria-labelledby={titleId}
      aria-busy={isPlaceholderData || data === undefined}
    >
      <CardHead
        id={titleId}
        title={t("title")}
        {...(data === undefined ? {} : { caption: t("caption", boundsOf(data)) })}
      />
      {data === undefined && error === null && <SkeletonList />}
      {data === undefined && error !== null && (
        <ErrorState
          title={t("failed")}
          code={error instanceof ApiError ? error.code : undefined}
          pending={isFetching}
          onRetry={() => void refetch()}
          className="pt-16"
        />
      )}
      {data !== undefined && data.items.length === 0 && (
        <EmptyState className="pt-20" title={t("emptyTitle")} text={t("emptyText", boundsOf(data))} />
      )}
      {data !== undefined && data.items.length > 0 && (
        <div className={isPlaceholderData ? "opacity-60" : ""}>
          <LeastTable items={data.items} />
        </div>
      )}
    </Card>
  );
}

/** On a phone the dog stays while its numbers are scrolled. */
const STICKY = "max-md:sticky max-md:left-0 max-md:bg-surface";
const HEAD = "h-7 whitespace-nowrap px-1.5 font-normal text-fg-3 first:pl-3.5 last:pr-3.5";
const CELL = "h-7 px-1.5 first:pl-3.5 last:pr-3.5 max-md:h-10";

function LeastTable({ items }: Pick<LeastStable, "items">) {
  const t = useTranslations("analytics.least");
  const f = useFormatters();
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="overflow-x-auto pb-2"
    >
      <table className="w-full table-fixed border-separate border-spacing-0 text-12 max-md:min-w-[440px]">
        <caption className="sr-only">{t("title")}</caption>
        <colgroup>
          <col className="w-[25%]" />
          <col className="w-[22%]" />
          <col />
          <col />
          <col className="w-[11%]" />
          <col className="w-[17%]" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" className={`${HEAD} ${STICKY} text-left`}>
              {t("dog")}
            </th>
            <th scope="col" className={`${HEAD} text-left`}>
              {t("site")}
            </th>
            {(["outages", "gaveUp", "flaps"] as const).map((column) => (
              <th key={column} scope="col" className={`${HEAD} text-right`}>
                {t(column)}
              </th>
            ))}
            <th scope="col" className={`${HEAD} text-right`} title={t("recoverHint")}>
              {t("recover")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, ROWS).map((dog) => (
            <tr key={dog.client_id} className="hover:bg-surface-hover">
              <th scope="row" className={`${CELL} ${STICKY} truncate text-left font-normal`}>
                {dog.state === null ? (
                  <span className="font-mono text-fg-2" title={t("gone")}>
                    {dog.client_id}
                  </span>
                ) : (
                  <Link
                    href={`/dogs/${encodeURIComponent(dog.client_id)}`}
                    prefetch={false}
                    title={dog.client_id}
                    className="font-mono text-fg hover:underline"
                  >
                    {dog.client_id}
                  </Link>
                )}
              </th>
              <td className={`${CELL} truncate text-fg-2`} title={dog.site ?? undefined}>
                {dog.site ?? ""}
              </td>
              <td className={`${CELL} text-right font-semibold text-fg`}>{f.number(dog.outages)}</td>
              <td className={`${CELL} text-right`}>{f.number(dog.gave_up)}</td>
              <td className={`${CELL} text-right`} title={dog.flaps === null ? t("flapsGone") : undefined}>
                {dog.flaps === null ? "–" : f.number(dog.flaps)}
              </td>
              <td className={`${CELL} whitespace-nowrap text-right`}>
                {dog.mean_recover_ms === null ? "" : f.duration(dog.mean_recover_ms, 1)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SkeletonList() {
  return (
    <div aria-hidden className="px-3.5 pt-7">
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
        <div key={row} className="flex h-7 items-center gap-6 max-md:h-10">
          <Skeleton width={90} height={10} />
          <Skeleton width={90} height={10} />
          <Skeleton className="flex-1" height={10} />
        </div>
      ))}
    </div>
  );
}
