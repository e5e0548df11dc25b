"use client";

import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** A panel from the left edge: the phone's navigation. */
export function Sheet(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-black/30 dark:bg-black/60" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-[264px] animate-sheet-in flex-col border-border border-r bg-bg shadow-raised"
        >
          <Radix.Title className="sr-only">{props.label}</Radix.Title>
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
