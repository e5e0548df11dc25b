"use client";

import clsx from "clsx";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** A modal surface. Load it lazily: `const ConfirmDialog = dynamic(() => import(".../confirm-dialog.tsx")...)`. */
export function Dialog(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
  readonly width?: number;
  readonly className?: string | undefined;
}) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-black/30 dark:bg-black/60" />
        <Radix.Content
          {...(props.description === undefined ? { "aria-describedby": undefined } : {})}
          style={{ width: props.width ?? 410 }}
          className={clsx(
            "fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-32px)] max-w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 overflow-auto rounded-card border border-border-strong bg-surface-raised p-4 shadow-raised",
            props.className,
          )}
        >
          <Radix.Title className="font-semibold text-14">{props.title}</Radix.Title>
          {props.description !== undefined && (
            <Radix.Description className="mt-1 text-13 text-fg-2">{props.description}</Radix.Description>
          )}
          {props.children}
          {props.footer !== undefined && <div className="mt-4 flex items-center justify-end gap-2">{props.footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
