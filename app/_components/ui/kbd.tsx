import clsx from "clsx";
import type { ReactNode } from "react";

/** A key. `inverted` inside tooltips and primary buttons. */
export function Kbd(props: {
  readonly children: ReactNode;
  readonly inverted?: boolean;
  readonly className?: string | undefined;
}) {
  return (
    <kbd
      className={clsx(
        "inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-small border px-1.5 font-sans text-11",
        props.inverted === true
          ? "border-current/30 bg-current/10 text-inherit"
          : "border-border bg-surface-sunken text-fg-2",
        props.className,
      )}
    >
      {props.children}
    </kbd>
  );
}
