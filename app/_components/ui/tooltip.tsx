"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Put once near the root: tooltips share one delay. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={300} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  );
}

/** Inverted tooltip on hover and focus. `children` is one element that takes a ref. */
export function Tooltip(props: {
  readonly content: ReactNode;
  readonly children: ReactNode;
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly open?: boolean;
}) {
  return (
    <Radix.Root {...(props.open === undefined ? {} : { open: props.open })}>
      <Radix.Trigger asChild>{props.children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={props.side ?? "top"}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 animate-fade-in rounded-control bg-tooltip px-2.5 py-1.5 text-12 text-tooltip-fg shadow-raised"
        >
          {props.content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
