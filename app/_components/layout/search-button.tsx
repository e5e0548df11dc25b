"use client";

import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { useTranslations } from "use-intl/react";
import { Kbd } from "../ui/kbd.tsx";

/** Looks like a field, opens the palette; on a phone an icon. `hotkey` is what to press, "Ctrl K" or "⌘ K". */
export function SearchButton({
  hotkey = "Ctrl K",
  ...rest
}: Omit<ComponentProps<"button">, "children"> & { readonly hotkey?: string }) {
  const t = useTranslations("shell");
  return (
    <button
      type="button"
      aria-keyshortcuts="Control+K Meta+K"
      {...rest}
      className="flex h-8 w-full items-center gap-2.5 rounded-control border border-border-strong bg-surface pr-1.5 pl-2.5 text-13 text-fg-3 transition-colors hover:bg-surface-hover max-md:size-11 max-md:justify-center max-md:border-transparent max-md:bg-transparent max-md:p-0"
    >
      <Search aria-hidden className="size-4 shrink-0 max-md:size-5" strokeWidth={1.75} />
      <span className="truncate max-md:sr-only">{t("search")}</span>
      <span aria-hidden className="ml-auto max-md:hidden">
        <Kbd>{hotkey}</Kbd>
      </span>
    </button>
  );
}
