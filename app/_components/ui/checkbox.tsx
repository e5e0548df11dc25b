"use client";

import clsx from "clsx";
import { type ComponentProps, useEffect, useRef } from "react";

/** A native checkbox in the console's clothes; `indeterminate` for "some of them". Give `aria-label` or wrap in a label. */
export function Checkbox(props: Omit<ComponentProps<"input">, "type"> & { readonly indeterminate?: boolean }) {
  const { indeterminate = false, className, ...rest } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <span className={clsx("relative inline-grid align-middle size-[15px] shrink-0 place-items-center", className)}>
      <input
        ref={input}
        type="checkbox"
        {...rest}
        className="touch-target peer col-start-1 row-start-1 size-[15px] cursor-pointer appearance-none rounded-small border border-border-strong bg-surface checked:border-accent checked:bg-accent indeterminate:border-accent disabled:cursor-not-allowed"
      />
      <svg
        aria-hidden
        viewBox="0 0 16 16"
        className="pointer-events-none absolute size-3 fill-none stroke-2 stroke-accent-fg hidden peer-checked:block peer-indeterminate:hidden"
      >
        <path d="m3.5 8.5 3 3 6-7" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <span
        aria-hidden
        className="pointer-events-none absolute h-[1.5px] w-2 bg-accent hidden peer-indeterminate:block"
      />
    </span>
  );
}
