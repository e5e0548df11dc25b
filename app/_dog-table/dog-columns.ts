import { columnVisibilityFeature, createColumnHelper, metaHelper, tableFeatures } from "@tanstack/react-table";
import type { DogRow, SortKey } from "#lib/contracts/reconnection.ts";

/** What the table's markup needs of a column beyond its cell. */
export interface ColumnFacts {
  /** Message key under `table.column`. */
  readonly label: ColumnLabel;
  /** Width in px; the one column without it takes what is left. */
  readonly width?: number;
  readonly align?: "end";
  readonly sort?: SortKey;
  /** The arrow follows what is read: "out for" grows as `since` gets older. */
  readonly inverse?: boolean;
  /** Narrowest table (px) it shows in by itself; the operator may ask for it or hide it at any width. */
  readonly from?: ColumnFrom;
}

export type ColumnLabel =
  | "state"
  | "dog"
  | "reason"
  | "attempts"
  | "next_retry"
  | "since"
  | "for"
  | "gives_up_at"
  | "strategy"
  | "network"
  | "gateway"
  | "site"
  | "firmware"
  | "flaps"
  | "last_seen"
  | "last_event"
  | "force";

/** Container widths at which columns come in: gateway drops first, then network, then strategy; last event needs most. */
export type ColumnFrom = keyof typeof FROM_CLASS;

/** Spelled out for Tailwind, which reads class names from the source. */
export const FROM_CLASS = {
  1000: "hidden @min-[1000px]/table:table-cell",
  1090: "hidden @min-[1090px]/table:table-cell",
  1160: "hidden @min-[1160px]/table:table-cell",
  1228: "hidden @min-[1228px]/table:table-cell",
  1388: "hidden @min-[1388px]/table:table-cell",
} as const;

export const dogTableFeatures = tableFeatures({ columnVisibilityFeature, columnMeta: metaHelper<ColumnFacts>() });

/** Declares columns of dogs: `dogColumns.display({ id, meta, cell })`. */
export const dogColumns = createColumnHelper<typeof dogTableFeatures, DogRow>();
export type DogColumns = ReturnType<typeof dogColumns.columns>;

/** What `cols` of the URL says of one column: switched on or off by hand, or left to the width. */
export function columnChoice(cols: readonly string[], id: string): "shown" | "hidden" | "auto" {
  if (cols.includes(id)) return "shown";
  return cols.includes(`-${id}`) ? "hidden" : "auto";
}

/** `cols` after the operator sets one column by hand. */
export function chooseColumn(cols: readonly string[], id: string, shown: boolean): string[] {
  const others = cols.filter((entry) => entry !== id && entry !== `-${id}`);
  return [...others, shown ? id : `-${id}`];
}

/** Least width of the table in px: below it the table scrolls sideways. Columns left to the width do not count. */
export function leastWidth(
  columns: readonly { readonly id: string; readonly facts: ColumnFacts }[],
  cols: readonly string[],
): number {
  let width = 0;
  for (const { id, facts } of columns) {
    const choice = columnChoice(cols, id);
    if (choice === "hidden" || (choice === "auto" && facts.from !== undefined)) continue;
    width += facts.width ?? FLEXIBLE_WIDTH;
  }
  return width;
}

/** Least width of the one column that takes what is left. */
export const FLEXIBLE_WIDTH = 180;
