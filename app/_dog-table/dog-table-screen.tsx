"use client";

import clsx from "clsx";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl/react";
import { SearchInput } from "#app/_components/ui/input.tsx";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { ActiveFilters } from "./active-filters.tsx";
import { BasicNotice } from "./basic-notice.tsx";
import { ChangedChip } from "./changed-chip.tsx";
import { ColumnsMenu } from "./columns-menu.tsx";
import type { DogColumns } from "./dog-columns.ts";
import { DogList } from "./dog-list.tsx";
import { DogTable, type DogTableProps, ROW_PX } from "./dog-table.tsx";
import type { NameChoices } from "./filter-choices.ts";
import { nameChoices } from "./filter-choices.ts";
import { FilterMenu } from "./filter-menu.tsx";
import type { ForcePort } from "./force-port.ts";
import { ListFoot } from "./list-foot.tsx";
import { recallOffset, rememberOffset } from "./scroll-memory.ts";
import { type Selection, selectedCount } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { StateChips, type StateTab, StateTabs } from "./state-tabs.tsx";
import { filterOf } from "./table-query.ts";
import { TableSkeleton, TableTrouble } from "./table-states.tsx";
import { useCompact } from "./use-compact.ts";
import type { DogListState } from "./use-dog-list.ts";
import { useHeldRows } from "./use-held-rows.ts";
import type { ListView } from "./use-list-live.ts";
import { useLockReason } from "./use-lock-reason.ts";
import { usePointerOver } from "./use-pointer-over.ts";
import { useTableHands } from "./use-table-hands.ts";
import type { TableUrlState } from "./use-table-url.ts";

export interface DogTableScreenProps {
  readonly label: (total: number) => string;
  /** Title, sentence and page actions. */
  readonly header: ReactNode;
  readonly list: DogListState;
  /** Names the list: its filter and order. */
  readonly listKey: string;
  readonly tableUrl: TableUrlState;
  readonly columns: DogColumns;
  /** State tabs in reading order, and the worst first for a phone. */
  readonly tabs: readonly StateTab[];
  readonly phoneTabs: readonly StateTab[];
  readonly renderItem: (row: DogRow) => ReactNode;
  /** Caption and order above the phone's list. */
  readonly phoneCaption: ReactNode;
  /** Page actions, below the list where the header has no room for them. */
  readonly footActions?: ReactNode;
  /** Nothing to show, and no filter is why. */
  readonly empty: ReactNode;
  /** Dogs in the list without its filter, where that is known. */
  readonly unfiltered: number | null;
  readonly knownNames: Partial<NameChoices>;
  readonly force: ForcePort;
  readonly guessCompact: boolean;
  readonly view: ListView;
}

/** A page that is one table of dogs: tools, rows, selection and every state between loading and stale. */
export function DogTableScreen(props: DogTableScreenProps) {
  const { list, listKey, tableUrl, force, view } = props;
  const t = useTranslations("table");
  const router = useConsoleRouter();
  const compact = useCompact(props.guessCompact);
  const locked = useLockReason();
  const scroller = useRef<HTMLDivElement>(null);
  const [over, setOver] = usePointerOver(scroller);
  const [selecting, setSelecting] = useState(false);
  const held = useHeldRows(list.rows, (over || selecting) && !list.isPrevious, listKey);
  const total = list.page?.total ?? 0;

  const forceSelection = useCallback(
    (selection: Selection, row: DogRow | null, done: () => void) => {
      if (selection.type === "matching") {
        const byState = list.page?.by_state ?? {};
        return force.force({ type: "matching", filter: filterOf(tableUrl.settled), total, byState }, done);
      }
      const rows = held.rows.filter((candidate) => selection.ids.has(candidate.client_id));
      if (rows.length > 0) return force.force({ type: "some", rows }, done);
      if (row !== null) force.force({ type: "one", row }, done);
    },
    [force, held.rows, list.page, tableUrl.settled, total],
  );
  const hands = useTableHands({
    rows: held.rows,
    pageRows: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 700) / ROW_PX) - 2),
    open: (row) => router.push(`/dogs/${encodeURIComponent(row.client_id)}`),
    force: (row, selection) => {
      if (locked === undefined) forceSelection(selection, row, hands.clear);
    },
  });
  const isSelecting = selectedCount(hands.selection, total) > 0;
  if (isSelecting !== selecting) setSelecting(isSelecting);

  const { clear } = hands;
  const previousKey = useRef(listKey);
  useEffect(() => {
    // Another filter or order is another list: what was selected in the old one is not meant for it.
    if (previousKey.current === listKey) return;
    previousKey.current = listKey;
    clear();
    scroller.current?.scrollTo({ top: 0 });
  }, [listKey, clear]);

  const { loadMore } = list;
  const seen = useCallback(
    (lastRow: number) => {
      view.view(lastRow);
      if (lastRow > list.rows.length - NEAR_END) loadMore();
    },
    [view, list.rows.length, loadMore],
  );
  const [drawsAtOnce] = useState(list.rows.length > 0);
  const [initialOffset] = useState(() => recallOffset(listKey));
  const choices = useMemo(
    () => nameChoices(list.rows, tableUrl.url, props.knownNames),
    [list.rows, tableUrl.url, props.knownNames],
  );

  const rows = held.rows;
  const shared: Pick<
    DogTableProps,
    "label" | "rows" | "total" | "scroller" | "initialOffset" | "onView" | "onPointer" | "foot"
  > = {
    label: props.label(total),
    rows,
    total,
    scroller,
    initialOffset,
    onView: seen,
    onPointer: setOver,
    foot: (
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1">
          <ListFoot list={list} />
        </span>
        {compact && props.footActions}
      </div>
    ),
  };
  const tabs = { tableUrl, counts: list.page?.by_state ?? null };
  const width = () => scroller.current?.clientWidth ?? 0;

  return (
    <div className="relative flex h-[calc(100dvh-48px-var(--travel-bar,0px))] min-w-0 flex-col pt-1 max-md:h-[calc(100dvh-52px-var(--travel-bar,0px))]">
      <div className="shrink-0 max-md:*:min-h-0">{props.header}</div>
      <search className="flex flex-wrap items-center gap-2 px-5 pt-0.5 pb-3 max-md:flex-nowrap max-md:px-4 max-md:pt-3">
        <SearchInput
          label={t("search")}
          placeholder={compact ? t("searchShort") : t("search")}
          value={tableUrl.url.q}
          onChange={tableUrl.setSearch}
          className="w-[244px] max-xl:w-40 [&_input]:text-12 max-md:[&_input]:text-13 max-md:min-w-0 max-md:flex-1"
        />
        {!compact && <StateTabs tabs={props.tabs} {...tabs} />}
        {!compact && <ActiveFilters tableUrl={tableUrl} />}
        <FilterMenu tableUrl={tableUrl} choices={choices} compact={compact} />
        {!compact && (
          <div className="ml-auto flex items-center gap-2">
            <ChangedChip changed={held.changed} onApply={held.apply} />
            <ColumnsMenu columns={props.columns} tableUrl={tableUrl} width={width} />
          </div>
        )}
      </search>
      {compact && <StateChips tabs={props.phoneTabs} {...tabs} className="shrink-0 pb-2" />}
      {compact && (
        <div className="flex min-h-9 items-center gap-2 px-4 text-12 text-fg-3">
          {props.phoneCaption}
          <ChangedChip changed={held.changed} onApply={held.apply} />
        </div>
      )}
      <BasicNotice />
      <div
        ref={scroller}
        aria-busy={list.isLoading || list.isPrevious}
        onScroll={(event) => {
          rememberOffset(listKey, event.currentTarget.scrollTop);
          view.moved();
        }}
        className={clsx(
          "@container/table live-data relative min-h-0 flex-1 overflow-auto border-border border-t bg-surface transition-opacity",
          list.isPrevious && "opacity-60",
        )}
      >
        {list.isLoading && <TableSkeleton compact={compact} />}
        {!list.isLoading && rows.length === 0 && (
          <TableTrouble list={list} tableUrl={tableUrl} empty={props.empty} unfiltered={props.unfiltered} />
        )}
        {rows.length > 0 &&
          (compact ? (
            <DogList {...shared} renderItem={props.renderItem} />
          ) : (
            <DogTable {...shared} drawsAtOnce={drawsAtOnce} columns={props.columns} tableUrl={tableUrl} hands={hands} />
          ))}
      </div>
      <SelectionBar
        selection={hands.selection}
        total={total}
        onMatching={hands.selectMatching}
        onClear={hands.clear}
        onForce={() => forceSelection(hands.selection, null, hands.clear)}
        locked={locked}
      />
    </div>
  );
}

/** Rows before the end at which the next page is asked for: two screens. */
const NEAR_END = 60;
