"use client";

import { Command } from "cmdk";
import type { ReactNode } from "react";
import { Kbd } from "#app/_components/ui/kbd.tsx";

/** One line of the palette, 38 px; the highlighted one shows what Enter is for. */
export function PaletteItem(props: {
  readonly value: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
  readonly lang?: string;
  readonly onSelect: () => void;
}) {
  return (
    <Command.Item
      value={props.value}
      onSelect={props.onSelect}
      disabled={props.disabled ?? false}
      lang={props.lang}
      className="group flex h-[38px] cursor-pointer select-none items-center gap-2.5 px-4 text-13 text-fg data-[disabled=true]:cursor-not-allowed data-[selected=true]:bg-surface-selected data-[disabled=true]:text-fg-3 max-md:h-11"
    >
      <span className="grid size-4 shrink-0 place-items-center text-fg-2">{props.icon}</span>
      <span className="flex min-w-0 flex-1 items-baseline gap-2.5">{props.children}</span>
      {props.aside !== undefined && <span className="truncate text-12 text-fg-3 max-md:hidden">{props.aside}</span>}
      <Kbd className="invisible group-data-[selected=true]:visible max-md:hidden">Enter</Kbd>
    </Command.Item>
  );
}

export function PaletteGroup(props: { readonly heading: ReactNode; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={props.heading}
      className="[&_[cmdk-group-heading]]:px-4 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-fg-3"
    >
      {props.children}
    </Command.Group>
  );
}
