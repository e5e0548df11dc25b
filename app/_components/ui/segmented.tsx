"use client";

import clsx from "clsx";
import { type KeyboardEvent, type ReactNode, useRef } from "react";

export interface SegmentedOption<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly icon?: ReactNode;
  readonly count?: ReactNode;
  /** Language of the label where it differs from the page's. */
  readonly lang?: string;
  /** Spoken instead of the label. */
  readonly name?: string;
}

/** One of a few: a radio group with arrow keys. `chrome="plain"` leaves out the outer frame. */
export function Segmented<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly SegmentedOption<T>[];
  readonly onChange: (value: T) => void;
  readonly size?: "default" | "small";
  readonly className?: string | undefined;
}) {
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent, index: number) => {
    const step =
      event.key === "ArrowRight" || event.key === "ArrowDown"
        ? 1
        : event.key === "ArrowLeft" || event.key === "ArrowUp"
          ? -1
          : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = (index + step + props.options.length) % props.options.length;
    const option = props.options[next];
    if (option === undefined) return;
    props.onChange(option.value);
    group.current?.querySelectorAll<HTMLButtonElement>("[role=radio]")[next]?.focus();
  };
  const small = props.size === "small";
  // With none chosen the first is where Tab stops.
  const hasChosen = props.options.some(({ value }) => value === props.value);
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={props.label}
      className={clsx(
        "inline-flex items-center gap-0.5 rounded-control border border-border-strong bg-surface p-[2px]",
        small ? "h-7" : "h-8 max-md:h-10",
        props.className,
      )}
    >
      {props.options.map((option, index) => {
        const chosen = option.value === props.value;
        return (
          // biome-ignore lint/a11y/useSemanticElements: a native radio cannot hold the glyph, word and count as one target.
          <button
            key={option.value}
            type="button"
            role="radio"
            aria-checked={chosen}
            aria-label={option.name}
            lang={option.lang}
            tabIndex={chosen || (!hasChosen && index === 0) ? 0 : -1}
            onClick={() => props.onChange(option.value)}
            onKeyDown={(event) => move(event, index)}
            className={clsx(
              "touch-target inline-flex h-full items-center gap-1.5 whitespace-nowrap rounded-small text-12 transition-colors",
              small ? "px-2" : "px-2.5",
              chosen ? "bg-surface-active font-medium text-fg" : "text-fg-2 hover:bg-surface-hover hover:text-fg",
            )}
          >
            {option.icon}
            {option.label}
            {option.count !== undefined && <span className={chosen ? "text-fg-3" : "text-fg-2"}>{option.count}</span>}
          </button>
        );
      })}
    </div>
  );
}
