"use client";

import clsx from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

const ITEM =
  "flex h-8 cursor-default select-none items-center gap-2.5 rounded-small px-2 text-13 text-fg outline-none data-[disabled]:text-fg-3 data-[highlighted]:bg-surface-selected max-md:h-11";

/** A menu under its trigger; fill it with MenuItem, MenuCheckItem, MenuSeparator. */
export function DropdownMenu(props: {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: "start" | "center" | "end";
  /** Open from its first draw: for a menu that is made when it is asked for. */
  readonly defaultOpen?: boolean;
}) {
  return (
    <Radix.Root modal={false} defaultOpen={props.defaultOpen ?? false}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={props.align ?? "end"}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-surface-in overflow-auto rounded-card border border-border-strong bg-surface-raised p-1 shadow-raised"
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem(props: {
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}) {
  return (
    <Radix.Item onSelect={props.onSelect} disabled={props.disabled ?? false} className={ITEM}>
      {props.icon}
      {props.children}
    </Radix.Item>
  );
}

/** Stays open, so several can be toggled in one go. */
export function MenuCheckItem(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}) {
  return (
    <Radix.CheckboxItem
      checked={props.checked}
      onCheckedChange={props.onChange}
      onSelect={(event) => event.preventDefault()}
      disabled={props.disabled ?? false}
      className={clsx(ITEM, "pl-8")}
    >
      <Radix.ItemIndicator className="-ml-6 w-3.5">
        <Check aria-hidden className="size-3.5" />
      </Radix.ItemIndicator>
      {props.children}
    </Radix.CheckboxItem>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-border" />;
}
