"use client";

import { FlexRender, type Row } from "@tanstack/react-table";
import clsx from "clsx";
import { memo, type MouseEvent as ReactMouseEvent, useEffect, useRef } from "react";
import { useTranslations } from "use-intl/react";
import { Checkbox } from "#app/_components/ui/checkbox.tsx";
import { TableCell, TableRow } from "#app/_components/ui/table.tsx";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { dogTableFeatures } from "./dog-columns.ts";

interface DogTableRowProps {
  readonly row: Row<typeof dogTableFeatures, DogRow>;
  /** `row.original`, which keeps its identity while the dog does not change. */
  readonly data: DogRow;
  /** Width class of each shown column. */
  readonly classes: Readonly<Record<string, string | undefined>>;
  readonly position: number;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly focused: boolean;
  readonly onToggle: (sn: string, range: boolean) => void;
  readonly onCursor: (sn: string) => void;
}

function DogTableRowView(props: DogTableRowProps) {
  const { row, data, classes, selected, focused, onToggle, onCursor } = props;
  const t = useTranslations("table");
  const element = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // The keyboard's cursor takes the focus along, unless that is in something outside the table.
    const active = document.activeElement;
    const grid = element.current?.closest("[role=grid]");
    const isFree = active === null || active === document.body || grid?.contains(active) === true;
    if (focused && isFree && active?.closest("tr") !== element.current) element.current?.focus({ preventScroll: true });
  }, [focused]);
  const press = (event: ReactMouseEvent) => {
    if (event.shiftKey) return onToggle(data.client_id, true);
    if (event.target instanceof Element && event.target.closest("button, a, input") === null) onCursor(data.client_id);
  };
  return (
    <TableRow
      ref={element}
      selected={selected}
      aria-rowindex={props.position}
      tabIndex={props.tabStop ? 0 : -1}
      data-sn={data.client_id}
      onClick={press}
      className={clsx("group/row", focused && "outline-2 outline-focus focus:outline-2")}
    >
      <TableCell className="pr-0!">
        <Checkbox
          aria-label={t("selectRow", { sn: data.client_id })}
          checked={selected}
          tabIndex={-1}
          onClick={(event) => event.stopPropagation()}
          onChange={(event) =>
            onToggle(data.client_id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
          }
          className="align-middle"
        />
      </TableCell>
      {row.getVisibleCells().map((cell) => (
        <TableCell
          key={cell.id}
          align={cell.column.columnDef.meta?.align ?? "start"}
          className={clsx(classes[cell.column.id], cell.column.id === "force" && "overflow-visible")}
        >
          <FlexRender cell={cell} />
        </TableCell>
      ))}
    </TableRow>
  );
}

/** A row renders again only when its dog, its selection, the cursor or the columns change; clocks tick inside its cells. */
export const DogTableRow = memo(
  DogTableRowView,
  (before, after) =>
    before.data === after.data &&
    before.classes === after.classes &&
    before.position === after.position &&
    before.selected === after.selected &&
    before.tabStop === after.tabStop &&
    before.focused === after.focused &&
    before.onToggle === after.onToggle &&
    before.onCursor === after.onCursor,
);
