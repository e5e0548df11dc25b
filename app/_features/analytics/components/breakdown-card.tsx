"use client";

import Link from "next/link";
import { memo, type ReactNode, useId, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ReasonSwatch } from "#app/_components/ui/reason.tsx";
import { reasonGroup } from "#app/_components/ui/reason-group.ts";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { Table, TableCell, TableHeadCell } from "#app/_components/ui/table.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useWindowBounds } from "#app/_stats-window/use-window-bounds.ts";
import type { FleetMetrics, StatsGrouping } from "#lib/contracts/fleet.ts";
import type { AnalyticsUrlState } from "../hooks/use-analytics-url.ts";
import { usePercent } from "../hooks/use-percent.ts";
import type { StatsView } from "../hooks/use-span-word.ts";
import { type BreakdownSort, GROUPINGS } from "../model/analytics-url.ts";
import { columnsOf, type Group, groupHref, OTHER_KEYS, reasonOfKey, sortGroups } from "../model/breakdown.ts";

/** On a phone the name stays while the numbers are scrolled. */
const STICKY = "max-md:sticky max-md:left-0 max-md:bg-surface";

/** The window by reason, network, gateway, app, firmware or site; grouping and order are in the address. */
export const BreakdownCard = memo(function BreakdownCard(props: {
  readonly view: StatsView | undefined;
  readonly url: AnalyticsUrlState;
}) {
  const t = useTranslations("analytics.breakdown");
  const boundsOf = useWindowBounds();
  const titleId = useId();
  const { view, url } = props;
  return (
    <Card aria-labelledby={titleId}>
      <CardHead
        id={titleId}
        title={t("title")}
        {...(view === undefined ? {} : { caption: t("caption", { window: view.span }) })}
        actions={<GroupingPicker url={url} className="max-md:hidden" />}
      />
      <div className="overflow-x-auto px-3.5 pb-2 md:hidden">
        <GroupingPicker url={url} />
      </div>
      {view === undefined && <SkeletonTable />}
      {view !== undefined && view.stats.groups.length === 0 && (
        <EmptyState className="py-12" title={t("emptyTitle")} text={t("emptyText", boundsOf(view.stats))} />
      )}
      {view !== undefined && view.stats.groups.length > 0 && <Groups view={view} url={url} />}
    </Card>
  );
});

function GroupingPicker({ url, className }: { readonly url: AnalyticsUrlState; readonly className?: string }) {
  const t = useTranslations("analytics.breakdown");
  return (
    <Segmented
      size="small"
      label={t("label")}
      value={url.url.by}
      onChange={url.setBy}
      options={GROUPINGS.map((by) => ({ value: by, label: t(`by.${by}`) }))}
      className={className}
    />
  );
}

function Groups({ view, url }: { readonly view: StatsView; readonly url: AnalyticsUrlState }) {
  const t = useTranslations("analytics.breakdown");
  const { by } = view.asked;
  const { sort, order } = url.url;
  const nameOf = useGroupName(by);
  const columns = columnsOf(by);
  const sorted = columns.includes(sort) ? sort : "outages";
  const groups = useMemo(
    () => sortGroups(view.stats.groups, sorted, order, nameOf),
    [view.stats.groups, sorted, order, nameOf],
  );
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="overflow-x-auto rounded-b-card"
    >
      <Table className="max-md:min-w-[640px]">
        <caption className="sr-only">{t("table", { by: t(`by.${by}`) })}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <TableHeadCell
                key={column}
                align={column === "key" ? "start" : "end"}
                sorted={column === sorted && order}
                onSort={() => url.setSort(column)}
                className={`bg-surface first:pl-3.5! last:pr-3.5! ${column === "key" ? STICKY : ""}`}
              >
                {column === "key" ? t(`by.${by}`) : t(`column.${column}`)}
              </TableHeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <GroupRow key={group.key} group={group} by={by} name={nameOf(group.key)} columns={columns} />
          ))}
          <TotalRow metrics={view.stats.metrics} columns={columns} />
        </tbody>
      </Table>
    </div>
  );
}

/** A group's name in words: a reason is translated, a dog that does not say is said so. */
function useGroupName(by: StatsGrouping): (key: string) => string {
  const t = useTranslations("analytics.breakdown");
  const tReason = useTranslations("reasons");
  return useMemo(
    () => (key) => {
      const code = by === "reason" ? reasonOfKey(key) : undefined;
      if (code !== undefined) return tReason(code);
      if (key === "") return t("unnamed");
      return key === OTHER_KEYS ? t("other") : key;
    },
    [by, t, tReason],
  );
}

function GroupRow(props: {
  readonly group: Group;
  readonly by: StatsGrouping;
  readonly name: string;
  readonly columns: readonly BreakdownSort[];
}) {
  const { group, by, name } = props;
  const href = groupHref(by, group.key);
  const code = by === "reason" ? reasonOfKey(group.key) : undefined;
  return (
    <tr className="hover:bg-surface-hover">
      <TableCell className={`pl-3.5! ${STICKY}`}>
        <span className="flex items-center gap-2">
          {code !== undefined && <ReasonSwatch group={reasonGroup(code)} />}
          {href === undefined ? (
            <span className={group.key === "" ? "text-fg-3" : ""}>{name}</span>
          ) : (
            <Link href={href} prefetch={false} className="truncate hover:underline">
              {name}
            </Link>
          )}
        </span>
      </TableCell>
      <Numbers metrics={group.metrics} columns={props.columns} />
    </tr>
  );
}

/** The whole window below its parts: what they add up to. */
function TotalRow({
  metrics,
  columns,
}: {
  readonly metrics: FleetMetrics;
  readonly columns: readonly BreakdownSort[];
}) {
  const t = useTranslations("analytics.breakdown");
  return (
    <tr className="font-semibold [&>td]:border-b-0">
      <TableCell className={`pl-3.5! ${STICKY}`}>{t("all")}</TableCell>
      <Numbers metrics={metrics} columns={columns} />
    </tr>
  );
}

function Numbers(props: { readonly metrics: FleetMetrics; readonly columns: readonly BreakdownSort[] }) {
  const cellOf = useCells();
  return props.columns
    .filter((column) => column !== "key")
    .map((column) => (
      <TableCell key={column} align="end" className="last:pr-3.5!">
        {cellOf(column, props.metrics)}
      </TableCell>
    ));
}

/** A number of a group in words, with what it is of. */
function useCells(): (column: Exclude<BreakdownSort, "key">, metrics: FleetMetrics) => ReactNode {
  const t = useTranslations("analytics.breakdown");
  const f = useFormatters();
  const percent = usePercent();
  const none = <span className="font-normal text-fg-3">{t("none")}</span>;
  const time = (ms: number | null) => (ms === null ? none : f.duration(ms, 1));
  const rate = (share: number | null, digits: number, of: string) =>
    share === null ? (
      none
    ) : (
      <>
        {percent.words(share, digits)} <span className="font-normal text-12 text-fg-3">{of}</span>
      </>
    );
  return (column, metrics) => {
    switch (column) {
      case "outages":
        return f.number(metrics.outages);
      case "success":
        return rate(metrics.success_rate, 1, t("of", { count: metrics.decided }));
      case "gave_up":
        return f.number(metrics.gave_up);
      case "p50":
        return time(metrics.recover_ms.p50);
      case "p95":
        return time(metrics.recover_ms.p95);
      case "availability":
        return rate(metrics.availability, 2, t("ofTime", { time: f.duration(metrics.expected_ms) }));
      case "between":
        return time(metrics.mean_between_ms);
      case "flaps":
        return f.number(metrics.flaps);
    }
  };
}

function SkeletonTable() {
  return (
    <div aria-hidden className="px-3.5 pt-2 pb-3">
      {Array.from({ length: 6 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
        <div key={row} className="flex h-9 items-center gap-6">
          <Skeleton width={140} height={10} />
          <Skeleton className="flex-1" height={10} />
        </div>
      ))}
    </div>
  );
}
