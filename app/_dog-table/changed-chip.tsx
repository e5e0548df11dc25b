"use client";

import { ArrowUpDown } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Tooltip } from "#app/_components/ui/tooltip.tsx";

/** "3 rows changed": the order is held for the operator's hand; press to let it through. */
export function ChangedChip({ changed, onApply }: { readonly changed: number; readonly onApply: () => void }) {
  const t = useTranslations("table");
  if (changed === 0) return null;
  return (
    <Tooltip content={t("changedHint")}>
      <button
        type="button"
        onClick={onApply}
        className="touch-target inline-flex h-8 shrink-0 animate-fade-in items-center gap-1.5 whitespace-nowrap rounded-control border border-border-strong bg-surface px-2.5 text-12 text-fg-2 hover:bg-surface-hover hover:text-fg max-md:h-9"
      >
        <ArrowUpDown aria-hidden className="size-3.5" />
        {t("changed", { count: changed })}
      </button>
    </Tooltip>
  );
}
