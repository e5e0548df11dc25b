"use client";

import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

/** Edge-to-edge table: head 32, rows 36, 20 px outer padding. Fixed layout keeps columns still while numbers change. */
export function Table({ className, ...rest }: ComponentProps<"table">) {
  return <table {...rest} className={clsx("w-full border-separate border-spacing-0 text-13", className)} />;
}

/** Head cell. With `onSort` it is a button that says its order; `align="end"` for numbers. */
export function TableHeadCell(props: {
  readonly children?: ReactNode;
  readonly sorted?: "asc" | "desc" | false;
  readonly onSort?: (() => void) | undefined;
  readonly align?: "start" | "end";
  readonly width?: number | undefined;
  readonly className?: string | undefined;
}) {
  const { sorted = false, align = "start" } = props;
  const Arrow = sorted === "asc" ? ArrowUp : ArrowDown;
  const ariaSort = sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined;
  return (
    <th
      scope="col"
      aria-sort={ariaSort}
      style={{ width: props.width }}
      className={clsx(
        "h-8 whitespace-nowrap border-border border-b bg-bg px-2 font-normal text-12 text-fg-2 first:pl-5 last:pr-5",
        align === "end" ? "text-right" : "text-left",
        props.className,
      )}
    >
      {props.onSort === undefined ? (
        props.children
      ) : (
        <button
          type="button"
          onClick={props.onSort}
          className={clsx(
            "touch-target inline-flex h-6 items-center gap-1 rounded-small hover:text-fg",
            sorted !== false && "font-medium text-fg",
          )}
        >
          {props.children}
          {sorted !== false && <Arrow aria-hidden className="size-3.5" />}
        </button>
      )}
    </th>
  );
}

/** A 36 px row; `selected` is the accent's tint. */
export function TableRow({
  selected = false,
  className,
  ...rest
}: ComponentProps<"tr"> & { readonly selected?: boolean }) {
  return (
    <tr
      aria-selected={selected || undefined}
      {...rest}
      className={clsx(
        "h-9 outline-offset-[-2px]",
        selected ? "bg-surface-selected" : "bg-surface hover:bg-surface-hover",
        className,
      )}
    />
  );
}

export function TableCell({
  align = "start",
  className,
  ...rest
}: Omit<ComponentProps<"td">, "align"> & { readonly align?: "start" | "end" }) {
  return (
    <td
      {...rest}
      className={clsx(
        "h-9 overflow-clip align-middle text-ellipsis whitespace-nowrap border-border border-b px-2 first:pl-5 last:pr-5",
        align === "end" && "text-right",
        className,
      )}
    />
  );
}
