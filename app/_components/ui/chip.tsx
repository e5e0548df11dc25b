"use client";

import clsx from "clsx";
import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { useTranslations } from "use-intl/react";

/** A toggle with an optional glyph and count: the state tabs of a phone. Dashed where it adds something (`variant="add"`). */
export function Chip(
  props: ComponentProps<"button"> & {
    readonly pressed?: boolean | undefined;
    readonly icon?: ReactNode;
    readonly count?: ReactNode;
    readonly variant?: "toggle" | "add";
  },
) {
  const { pressed, icon, count, variant = "toggle", className, children, ...rest } = props;
  return (
    <button
      type="button"
      aria-pressed={pressed}
      {...rest}
      className={clsx(
        "touch-target inline-flex h-8 shrink-0 items-center gap-2 whitespace-nowrap rounded-control border px-3 text-12 transition-colors max-md:h-9 max-md:text-13",
        variant === "add" &&
          "border-border-strong border-dashed bg-transparent text-fg-2 hover:bg-surface-hover hover:text-fg",
        variant === "toggle" &&
          (pressed === true
            ? "border-accent bg-accent-tint text-fg"
            : "border-border bg-surface text-fg-2 hover:bg-surface-hover"),
        className,
      )}
    >
      {icon}
      {children}
      {count !== undefined && <span className="font-medium text-fg">{count}</span>}
    </button>
  );
}

/** A filter in force: name, value, and a cross that takes it out. */
export function FilterChip(props: { readonly name: string; readonly value: ReactNode; readonly onRemove: () => void }) {
  const t = useTranslations("ui");
  return (
    <span className="inline-flex h-8 items-center gap-1.5 rounded-control border border-border-strong bg-surface pl-2.5 text-12 max-md:h-9">
      <span className="text-fg-3">{props.name}</span>
      <span className="font-medium">{props.value}</span>
      <button
        type="button"
        onClick={props.onRemove}
        aria-label={t("removeFilter", { name: props.name })}
        className="touch-target grid h-full w-7 place-items-center rounded-control text-fg-3 hover:text-fg"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
