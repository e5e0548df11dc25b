"use client";

import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl/react";
import { TooltipBox, type TooltipRow } from "./chart-tooltip.tsx";
import { type HeatPlace, heatStep, heatStrength } from "./heat-grid.ts";

export interface HeatRow {
  readonly key: string;
  readonly label: string;
  readonly glyph?: ReactNode;
  /** One count a column. */
  readonly counts: readonly number[];
}

export interface HeatColumn {
  readonly key: string;
  /** Under the column where there is room: every third is shown. */
  readonly label: string;
  /** In full, for the tooltip and for who listens: "03:00 to 04:00". */
  readonly name: string;
  /** A second line of the tooltip: the same in UTC. */
  readonly detail?: string;
}

const LABELLED = 3;
/** Rows share this height (px) as long as none is taller or lower than reads well. */
const ROOM = 264;
const rowHeight = (rows: number): number => Math.min(60, Math.max(22, Math.floor(ROOM / Math.max(1, rows)) - 1));

/**
 * Counts by row and column; the darker the more, zero is empty ground. One tab stop, arrows move, the cell under hand or focus
 * says its exact numbers. `tooltip` fills the box below the cell's name.
 */
export function HeatMap(props: {
  readonly label: string;
  readonly rows: readonly HeatRow[];
  readonly columns: readonly HeatColumn[];
  readonly format: (count: number) => string;
  readonly tooltip: (row: HeatRow, column: number) => readonly TooltipRow[];
}) {
  const t = useTranslations("charts.heat");
  const { rows, columns } = props;
  const hint = useId();
  const height = rowHeight(rows.length);
  const table = useRef<HTMLTableElement>(null);
  const [stop, setStop] = useState<HeatPlace>({ row: 0, column: 0 });
  const [shown, setShown] = useState<HeatPlace | null>(null);
  const most = Math.max(0, ...rows.flatMap(({ counts }) => counts));
  const held = { row: Math.min(stop.row, rows.length - 1), column: Math.min(stop.column, columns.length - 1) };
  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") return setShown(null);
    const to = heatStep(event.key, held, rows.length, columns.length);
    if (to === undefined) return;
    event.preventDefault();
    table.current?.querySelector<HTMLElement>(`[data-cell="${to.row} ${to.column}"]`)?.focus();
  };
  const take = (place: HeatPlace) => {
    setStop(place);
    setShown(place);
  };
  return (
    <div className="relative [--heat-label:136px] max-md:[--heat-label:104px]">
      <span id={hint} className="sr-only">
        {t("hint")}
      </span>
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked by arrows is a grid.
        role="grid"
        aria-label={props.label}
        aria-describedby={hint}
        onKeyDown={move}
        onPointerLeave={() => setShown(null)}
        className="w-full table-fixed border-separate border-spacing-[1px] text-11"
      >
        <colgroup>
          <col className="w-(--heat-label)" />
          {columns.map(({ key }) => (
            <col key={key} />
          ))}
        </colgroup>
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={row.key}>
              <th scope="row" style={{ height }} className="pr-2 text-left font-normal text-12 text-fg-2">
                <span className="flex items-center gap-2">
                  {row.glyph}
                  <span className="truncate">{row.label}</span>
                </span>
              </th>
              {columns.map((column, columnIndex) => {
                const count = row.counts[columnIndex] ?? 0;
                const isStop = held.row === rowIndex && held.column === columnIndex;
                const place = { row: rowIndex, column: columnIndex };
                return (
                  <td
                    key={column.key}
                    data-cell={`${rowIndex} ${columnIndex}`}
                    tabIndex={isStop ? 0 : -1}
                    aria-label={t("cell", { row: row.label, column: column.name, count: props.format(count) })}
                    onFocus={() => take(place)}
                    onBlur={() => setShown(null)}
                    onPointerEnter={() => setShown(place)}
                    className="rounded-[2px] bg-surface-sunken p-0 outline-offset-0 focus-visible:relative focus-visible:z-10"
                    style={
                      count === 0
                        ? undefined
                        : {
                            background: `color-mix(in oklab, var(--chart-1) ${Math.round(heatStrength(count, most) * 100)}%, var(--surface-sunken))`,
                          }
                    }
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
        <tfoot aria-hidden>
          <tr>
            <td />
            {columns.map((column, index) => (
              <td key={column.key} className="relative h-[18px] p-0 text-fg-3">
                {index % LABELLED === 0 && <span className="absolute top-0.5 left-0">{column.label}</span>}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
      <Shown {...props} shown={shown} />
    </div>
  );
}

/** The box of the cell under hand or focus, beside it on the side with more room. */
function Shown(props: {
  readonly shown: HeatPlace | null;
  readonly rows: readonly HeatRow[];
  readonly columns: readonly HeatColumn[];
  readonly tooltip: (row: HeatRow, column: number) => readonly TooltipRow[];
}) {
  const { shown, rows, columns } = props;
  const row = shown === null ? undefined : rows[shown.row];
  const column = shown === null ? undefined : columns[shown.column];
  if (shown === null || row === undefined || column === undefined) return null;
  const isLeft = shown.column >= columns.length / 3;
  const edge = isLeft ? columns.length - shown.column : shown.column + 1;
  const share = `(100% - var(--heat-label)) * ${edge / columns.length}`;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute z-20"
      style={{
        top: Math.max(0, (shown.row - 1) * (rowHeight(rows.length) + 1)),
        ...(isLeft ? { right: `calc(${share} + 6px)` } : { left: `calc(var(--heat-label) + ${share} + 6px)` }),
      }}
    >
      <TooltipBox
        head={
          <>
            <b className="block font-semibold text-tooltip-fg">{row.label}</b>
            <span className="block whitespace-nowrap text-tooltip-fg">{column.name}</span>
            {column.detail !== undefined && <span className="whitespace-nowrap">{column.detail}</span>}
          </>
        }
        rows={props.tooltip(row, shown.column)}
      />
    </div>
  );
}

/** What the shades mean, from none to the most. */
export function HeatScale(props: { readonly least: string; readonly most: string }) {
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap text-11 text-fg-3">
      {props.least}
      <span aria-hidden className="flex gap-px">
        {[0, 0.25, 0.5, 0.75, 1].map((strength) => (
          <span
            key={strength}
            className="size-2.5 rounded-[2px]"
            style={{
              background: `color-mix(in oklab, var(--chart-1) ${Math.round(strength * 100)}%, var(--surface-sunken))`,
            }}
          />
        ))}
      </span>
      {props.most}
    </span>
  );
}
