"use client";

import clsx from "clsx";
import { Lock } from "lucide-react";
import { type ComponentProps, type MouseEvent, type ReactNode, useId } from "react";
import { Tooltip } from "./tooltip.tsx";

export type ButtonVariant = "primary" | "secondary" | "ghost";

const VARIANT: Record<ButtonVariant, string> = {
  primary: "border-accent bg-accent text-accent-fg hover:border-accent-hover hover:bg-accent-hover",
  secondary: "border-border-strong bg-surface text-fg hover:bg-surface-hover active:bg-surface-active",
  ghost: "border-transparent bg-transparent text-fg-2 hover:bg-surface-active hover:text-fg",
};
const LOCKED_GHOST = "border-transparent text-fg-3";
const LOCKED = "border-dashed border-border-strong bg-surface-sunken text-fg-3";

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled" | "title"> {
  /** One primary button a view. */
  readonly variant?: ButtonVariant;
  /** 32 px in a page (40 on a phone), 26 px in a row or a card head. */
  readonly size?: "default" | "small";
  /** 14 to 16 px icon before the words; alone, give `aria-label`. */
  readonly icon?: ReactNode;
  /** Why it cannot be pressed: it stays focusable, shows a lock, and says so. */
  readonly locked?: string | undefined;
  /** Full sentence under the pointer and on focus; `locked` wins. */
  readonly hint?: ReactNode;
  /** Waiting for an answer: not pressable twice, keeps its width. */
  readonly pending?: boolean;
}

/** The console's button. */
export function Button(props: ButtonProps) {
  const {
    variant = "secondary",
    size = "default",
    icon,
    locked,
    hint,
    pending = false,
    className,
    children,
    onClick,
    ...rest
  } = props;
  const reasonId = useId();
  const isLocked = locked !== undefined;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (!isLocked && !pending) return onClick?.(event);
    event.preventDefault();
    event.stopPropagation();
  };
  const iconOnly = children === undefined || children === null;
  const button = (
    <button
      type="button"
      {...rest}
      onClick={press}
      aria-disabled={isLocked || pending || undefined}
      aria-busy={pending || undefined}
      aria-describedby={isLocked ? reasonId : rest["aria-describedby"]}
      className={clsx(
        "touch-target inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium text-13 transition-colors",
        size === "small" ? "h-[26px] gap-1.5 text-12 max-md:h-9 max-md:text-13" : "h-8 max-md:h-10",
        iconOnly
          ? size === "small"
            ? "w-[26px] max-md:w-9"
            : "w-8 max-md:w-10"
          : size === "small"
            ? "px-2.5"
            : "px-3",
        isLocked ? (variant === "ghost" ? LOCKED_GHOST : LOCKED) : VARIANT[variant],
        className,
      )}
    >
      {isLocked ? <Lock aria-hidden className="size-3.5 shrink-0" /> : icon}
      {children}
      {isLocked && (
        <span id={reasonId} className="sr-only">
          {locked}
        </span>
      )}
    </button>
  );
  const tip = locked ?? hint;
  return tip === undefined ? button : <Tooltip content={tip}>{button}</Tooltip>;
}
