"use client";

import { type Row, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, type RefObject, useEffect, useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { Checkbox } from "#app/_components/ui/checkbox.tsx";
import { Table, TableHeadCell } from "#app/_components/ui/table.tsx";
import type { DogRow as DogRowData } from "#lib/contracts/reconnection.ts";
import {
  type ColumnFacts,
  columnChoice,
  type DogColumns,
  dogTableFeatures,
  FROM_CLASS,
  leastWidth,
} from "./dog-columns.ts";
import { DogTableRow } from "./dog-table-row.tsx";
import { type DrawnWindow, drawnWindow } from "./drawn-window.ts";
import { headState, isSelected } from "./selection.ts";
import { useDrawnRows } from "./use-drawn-rows.ts";
import type { TableHands } from "./use-table-hands.ts";
import type { TableUrlState } from "./use-table-url.ts";

export const ROW_PX = 36;
export const HEAD_PX = 32;
const SELECT_PX = 38;
/** The way in for Tab moves in steps of rows, so that scrolling does not draw two rows again on every frame. */
const TAB_STEP = 8;
/** Rows drawn above and below what is seen: a scroll may run this far ahead of the draw. */
const OVERSCAN = 4;
const FIRST_PAINT_PX = { width: 1_232, height: 760 };

/** A constant: a new function would make the virtualizer measure every row again on every frame. */
const rowHeight = () => ROW_PX;

export interface DogTableProps {
  /** What a screen reader calls the table. */
  readonly label: string;
  readonly columns: DogColumns;
  readonly rows: readonly DogRowData[];
  readonly total: number;
  readonly tableUrl: TableUrlState;
  readonly hands: TableHands;
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The first draw is the page's own: it takes all rows at once, as the server's did. */
  readonly drawsAtOnce: boolean;
  /** Where the list was left, in px. */
  readonly initialOffset: number;
  /** The last row in view changed: load more, or refetch no further than this. */
  readonly onView: (lastRow: number) => void;
  /** The pointer came over the rows or left them. */
  readonly onPointer: (over: boolean) => void;
  /** Below the last row: how many there are, or what failed. */
  readonly foot: ReactNode;
}

/** Table of dogs, edge to edge: fixed head, rows drawn only where they are seen, one row under the keyboard's cursor. */
export function DogTable(props: DogTableProps) {
  const { rows, hands, scroller, onView } = props;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: rowHeight,
    overscan: OVERSCAN,
    initialRect: FIRST_PAINT_PX,
    // The overscan covers the frame that a draw may come later: a scroll is never held up by it.
    useFlushSync: false,
    useScrollendEvent: true,
    initialOffset: props.initialOffset,
    scrollPaddingEnd: HEAD_PX + ROW_PX,
  });
  const items = virtualizer.getVirtualItems();
  const { from, to } = drawnWindow(items[0]?.index ?? 0, items.at(-1)?.index ?? -1, rows.length);
  useEffect(() => onView(Math.max(0, to - 1)), [onView, to]);

  const cursorIndex = hands.cursor === null ? -1 : rows.findIndex((row) => row.client_id === hands.cursor);
  const hasCursor = cursorIndex >= 0;
  useEffect(() => {
    if (hasCursor) virtualizer.scrollToIndex(cursorIndex, { align: "auto" });
  }, [virtualizer, cursorIndex, hasCursor]);
  return <DogTableWindow {...props} from={from} to={to} cursorIndex={cursorIndex} />;
}

/** The table with the rows of one window. Most frames of a scroll stay within it, and draw nothing. */
const DogTableWindow = memo(function DogTableWindow(
  props: DogTableProps & DrawnWindow & { readonly cursorIndex: number },
) {
  const { columns, rows, total, tableUrl, hands, from, to, cursorIndex } = props;
  const t = useTranslations("table");
  const { url } = tableUrl;
  const hasCursor = cursorIndex >= 0;
  // Only the drawn rows enter the table model: its cost follows the window, not the fleet.
  const tabStopAt = Math.ceil(from / TAB_STEP) * TAB_STEP;
  const inWindow = useMemo(() => rows.slice(from, to), [rows, from, to]);
  const drawn = useDrawnRows(inWindow, props.drawsAtOnce);
  const columnVisibility = useMemo(
    () =>
      Object.fromEntries(
        columns.map((column) => [column.id ?? "", columnChoice(url.cols, column.id ?? "") !== "hidden"]),
      ),
    [columns, url.cols],
  );
  const table = useTable({
    features: dogTableFeatures,
    columns,
    data: inWindow,
    getRowId: (row: DogRowData) => row.client_id,
    state: { columnVisibility },
  });
  const loaded = useMemo(() => rows.map((row) => row.client_id), [rows]);
  const head = headState(hands.selection, loaded);
  const shownColumns = table.getVisibleLeafColumns();
  const minWidth =
    SELECT_PX +
    leastWidth(
      shownColumns.map((column) => ({ id: column.id, facts: column.columnDef.meta ?? { label: "dog" } })),
      url.cols,
    );
  const classes = useMemo(
    () =>
      Object.fromEntries(
        shownColumns.map((column) => [column.id, widthClass(url.cols, column.id, column.columnDef.meta)]),
      ),
    [shownColumns, url.cols],
  );

  return (
    <>
      <Table
        role="grid"
        aria-label={props.label}
        aria-rowcount={total + 1}
        aria-multiselectable
        className="table-fixed"
        style={{ minWidth }}
      >
        <thead className="sticky top-0 z-10">
          <tr aria-rowindex={1}>
            <TableHeadCell width={SELECT_PX} className="pr-0!">
              <Checkbox
                aria-label={t("selectLoaded", { count: loaded.length })}
                checked={head === "all"}
                indeterminate={head === "some"}
                disabled={loaded.length === 0}
                onChange={hands.toggleLoaded}
                className="align-middle"
              />
            </TableHeadCell>
            {shownColumns.map((column) => {
              const facts = column.columnDef.meta;
              if (facts === undefined) return null;
              const { sort } = facts;
              return (
                <TableHeadCell
                  key={column.id}
                  width={facts.width ?? undefined}
                  align={facts.align ?? "start"}
                  sorted={sort !== undefined && url.sort === sort && arrow(url.order, facts.inverse === true)}
                  onSort={sort === undefined ? undefined : () => tableUrl.setSort(sort)}
                  className={classes[column.id]}
                >
                  {t(`column.${facts.label}`)}
                </TableHeadCell>
              );
            })}
          </tr>
        </thead>
        <tbody onPointerEnter={() => props.onPointer(true)} onPointerLeave={() => props.onPointer(false)}>
          <Gap height={from * ROW_PX} />
          {table.getRowModel().rows.map((row: Row<typeof dogTableFeatures, DogRowData>, index) => {
            const at = from + index;
            if (!drawn.has(row.id)) return <Gap key={row.id} height={ROW_PX} />;
            return (
              <DogTableRow
                key={row.id}
                row={row}
                data={row.original}
                classes={classes}
                position={at + 2}
                selected={isSelected(hands.selection, row.id)}
                // With no cursor yet one of the first drawn rows is the way in for Tab.
                tabStop={hasCursor ? at === cursorIndex : at === tabStopAt}
                focused={at === cursorIndex && hands.isCursorShown}
                onToggle={hands.toggle}
                onCursor={hands.setCursor}
              />
            );
          })}
          <Gap height={(rows.length - to) * ROW_PX} />
        </tbody>
      </Table>
      <div className="sticky left-0 px-5 pt-3 pb-20 text-12 text-fg-3">{props.foot}</div>
    </>
  );
});

/** Height of rows not drawn, or not yet. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

/** A column left to the width carries the class that brings it in; one chosen by hand carries none. */
function widthClass(cols: readonly string[], id: string, facts: ColumnFacts | undefined): string | undefined {
  return facts?.from !== undefined && columnChoice(cols, id) === "auto" ? FROM_CLASS[facts.from] : undefined;
}

function arrow(order: "asc" | "desc", inverse: boolean): "asc" | "desc" {
  if (!inverse) return order;
  return order === "asc" ? "desc" : "asc";
}
