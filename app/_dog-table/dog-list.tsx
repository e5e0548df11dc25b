"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect } from "react";
import type { DogRow } from "#lib/contracts/reconnection.ts";

const ITEM_PX = 79;
const FIRST_PAINT_PX = { width: 390, height: 700 };

/** A constant: a new function would make the virtualizer measure every item again on every frame. */
const itemHeight = () => ITEM_PX;

/** Rows as three-line items with the action on the right: the table on a phone. */
export function DogList(props: {
  readonly label: string;
  readonly rows: readonly DogRow[];
  readonly total: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly initialOffset: number;
  readonly onView: (lastRow: number) => void;
  readonly onPointer: (over: boolean) => void;
  readonly renderItem: (row: DogRow) => ReactNode;
  readonly foot: ReactNode;
}) {
  const { rows, scroller, onView, onPointer } = props;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: itemHeight,
    overscan: 6,
    initialRect: FIRST_PAINT_PX,
    // The overscan covers the frame that a draw may come later: a scroll is never held up by it.
    useFlushSync: false,
    useScrollendEvent: true,
    initialOffset: props.initialOffset,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  useEffect(() => onView(lastIndex), [onView, lastIndex]);
  return (
    <>
      <ul
        aria-label={props.label}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
        onPointerDown={() => onPointer(true)}
        onPointerUp={() => onPointer(false)}
        onPointerCancel={() => onPointer(false)}
      >
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <li
              key={row.client_id}
              aria-setsize={props.total}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0 flex items-center border-border border-b bg-surface"
              style={{ height: ITEM_PX, transform: `translateY(${item.start}px)` }}
            >
              {props.renderItem(row)}
            </li>
          );
        })}
      </ul>
      <div className="px-4 pt-3 pb-20 text-12 text-fg-3">{props.foot}</div>
    </>
  );
}
