"use client";

import dynamic from "next/dynamic";
import { useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl/react";
import { DogIcon } from "#app/_components/layout/dog-icon.tsx";
import { InlineCode } from "#app/_components/ui/code-block.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { DogTableScreen } from "#app/_dog-table/dog-table-screen.tsx";
import { fleetSummaryWriter, useFleetSummary } from "#app/_dog-table/fleet-summary.ts";
import type { ForcePort } from "#app/_dog-table/force-port.ts";
import { queryOf, searchOf } from "#app/_dog-table/table-query.ts";
import { useDogList } from "#app/_dog-table/use-dog-list.ts";
import { useListLive } from "#app/_dog-table/use-list-live.ts";
import { useTableUrl } from "#app/_dog-table/use-table-url.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useLiveWriter } from "#app/_live/use-live-writer.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { dogParsers, dogQueries, isInFleet } from "../api/dog-queries.ts";
import { fleetColumns } from "./dog-columns.tsx";
import { DogItem } from "./dog-item.tsx";
import { DogsHeader } from "./dogs-header.tsx";
import { RowMenu } from "./row-menu.tsx";

const RetireDialog = dynamic(() => import("./retire-dialog.tsx").then((module) => module.RetireDialog), { ssr: false });

const OUT = ["reconnecting", "refused", "probing"] as const;
const BACK = ["connected", "settling"] as const;
const TABS = [BACK, ["silent"], OUT, ["gave_up"], ["offline"]] as const;
const PHONE_TABS = [["gave_up"], OUT, ["silent"], BACK, ["offline"]] as const;

/** The whole fleet: every dog ever seen and not retired. */
export function DogsTable(props: { readonly force: ForcePort; readonly guessCompact: boolean }) {
  const { force } = props;
  const t = useTranslations();
  const tableUrl = useTableUrl(dogParsers);
  const at = useAt();
  const list = useDogList(dogQueries.list(tableUrl.settled, at));
  const { data: summary } = useFleetSummary();
  useLiveWriter(fleetSummaryWriter);
  const view = useListLive(dogQueries.lists(), isInFleet);
  const [retiring, setRetiring] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const renderMenu = useCallback((row: DogRow) => {
    const ask = (sn: string) => {
      setRetiring(sn);
      setAsking(true);
    };
    return <RowMenu sn={row.client_id} onRetire={ask} />;
  }, []);
  const columns = useMemo(() => fleetColumns(force.renderAction, renderMenu), [force.renderAction, renderMenu]);
  const knownNames = useMemo(() => ({ gateway: summary?.gateways.map((gateway) => gateway.name) ?? [] }), [summary]);
  return (
    <>
      <DogTableScreen
        label={(total) => t("table.label", { title: t("dogs.title"), total })}
        header={<DogsHeader summary={summary} />}
        list={list}
        listKey={`dogs?${searchOf(queryOf(tableUrl.settled))}`}
        tableUrl={tableUrl}
        columns={columns}
        tabs={TABS}
        phoneTabs={PHONE_TABS}
        renderItem={(row) => <DogItem row={row} action={force.renderAction(row)} menu={renderMenu(row)} />}
        phoneCaption={list.page !== null && <span>{t("dogs.sentenceShort", { known: list.page.total })}</span>}
        empty={
          <EmptyState icon={<DogIcon />} title={t("dogs.emptyTitle")} text={t("dogs.emptyText")}>
            <InlineCode>npm run fleet -- --dogs 200</InlineCode>
          </EmptyState>
        }
        unfiltered={summary?.known ?? null}
        knownNames={knownNames}
        force={force}
        guessCompact={props.guessCompact}
        view={view}
      />
      {retiring !== null && <RetireDialog key={retiring} sn={retiring} open={isAsking} onOpenChange={setAsking} />}
    </>
  );
}
