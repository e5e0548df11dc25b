"use client";

import { ArrowDownWideNarrow, ArrowUpNarrowWide, CircleCheck } from "lucide-react";
import { useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { InlineCode } from "#app/_components/ui/code-block.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { DogTableScreen } from "#app/_dog-table/dog-table-screen.tsx";
import { fleetSummaryWriter, useFleetSummary } from "#app/_dog-table/fleet-summary.ts";
import type { ForcePort } from "#app/_dog-table/force-port.ts";
import { queryOf, searchOf } from "#app/_dog-table/table-query.ts";
import { useDogList } from "#app/_dog-table/use-dog-list.ts";
import { useListLive } from "#app/_dog-table/use-list-live.ts";
import { type TableUrlState, useTableUrl } from "#app/_dog-table/use-table-url.ts";
import { instantText } from "#app/_live/moment.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useLiveWriter } from "#app/_live/use-live-writer.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import { isInOutage, reconnectionParsers, reconnectionQueries } from "../api/reconnection-queries.ts";
import { reconnectionColumns } from "./reconnection-columns.tsx";
import { ReconnectionItem } from "./reconnection-item.tsx";
import { PageActions, ReconnectionsHeader } from "./reconnections-header.tsx";

const TABS = [["reconnecting"], ["refused"], ["probing"], ["gave_up"], ["settling"]] as const;
const PHONE_TABS = [["gave_up"], ["reconnecting"], ["refused"], ["probing"], ["settling"]] as const;

/** Every dog in an outage: why, how far through its dials, when it dials next and when it ends. */
export function ReconnectionsTable(props: { readonly force: ForcePort; readonly guessCompact: boolean }) {
  const { force } = props;
  const t = useTranslations();
  const tableUrl = useTableUrl(reconnectionParsers);
  const at = useAt();
  const list = useDogList(reconnectionQueries.list(tableUrl.settled, at));
  const { data: summary } = useFleetSummary();
  useLiveWriter(fleetSummaryWriter);
  const view = useListLive(reconnectionQueries.lists(), isInOutage);
  const columns = useMemo(() => reconnectionColumns(force.renderAction), [force.renderAction]);
  const knownNames = useMemo(() => ({ gateway: summary?.gateways.map((gateway) => gateway.name) ?? [] }), [summary]);
  const query = queryOf(tableUrl.settled);
  const exported = { ...query, limit: undefined, at: at === null ? undefined : instantText(at) };
  return (
    <DogTableScreen
      label={(total) => t("table.label", { title: t("reconnections.title"), total })}
      header={<ReconnectionsHeader summary={summary} query={exported} />}
      footActions={<PageActions summary={summary} query={exported} />}
      list={list}
      listKey={`reconnections?${searchOf(query)}`}
      tableUrl={tableUrl}
      columns={columns}
      tabs={TABS}
      phoneTabs={PHONE_TABS}
      renderItem={(row) => <ReconnectionItem row={row} action={force.renderAction(row)} />}
      phoneCaption={<PhoneCaption tableUrl={tableUrl} total={list.page?.total} />}
      empty={<Empty summary={summary} />}
      unfiltered={summary === undefined ? null : inOutage(summary)}
      knownNames={knownNames}
      force={force}
      guessCompact={props.guessCompact}
      view={view}
    />
  );
}

const inOutage = (summary: FleetSummary) =>
  summary.settling + summary.reconnecting + summary.refused + summary.probing + summary.gave_up;

function PhoneCaption(props: { readonly tableUrl: TableUrlState; readonly total: number | undefined }) {
  const t = useTranslations("reconnections");
  const { url, setSort } = props.tableUrl;
  const isLongest = url.sort === "since" && url.order === "asc";
  const Icon = isLongest ? ArrowDownWideNarrow : ArrowUpNarrowWide;
  return (
    <>
      {props.total !== undefined && <span>{t("sentenceShort", { total: props.total })}</span>}
      <button
        type="button"
        onClick={() => setSort("since")}
        className="touch-target ml-auto inline-flex items-center gap-1.5"
      >
        {isLongest ? t("longestFirst") : t("shortestFirst")}
        <Icon aria-hidden className="size-4" />
      </button>
    </>
  );
}

/** Nobody is out: said with how many are watched, or what to do where there is no fleet yet. */
function Empty({ summary }: { readonly summary: FleetSummary | undefined }) {
  const t = useTranslations("reconnections");
  const isPast = useAt() !== null;
  if (summary !== undefined && summary.known === 0)
    return (
      <EmptyState icon={<CircleCheck aria-hidden />} title={t("emptyFleetTitle")} text={t("emptyFleetText")}>
        <InlineCode>npm run fleet -- --dogs 200</InlineCode>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<CircleCheck aria-hidden />}
      title={t("emptyTitle")}
      text={
        summary === undefined
          ? undefined
          : t(isPast ? "emptyThen" : "emptyText", { known: summary.known, gateways: summary.gateways.length })
      }
    />
  );
}
