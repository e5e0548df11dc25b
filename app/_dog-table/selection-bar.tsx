"use client";

import { Zap } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Kbd } from "#app/_components/ui/kbd.tsx";
import { type Selection, selectedCount } from "./selection.ts";

/** Floats over the table's foot while something is selected: how many, all that match, clear, force. */
export function SelectionBar(props: {
  readonly selection: Selection;
  readonly total: number;
  readonly onMatching: () => void;
  readonly onClear: () => void;
  readonly onForce: () => void;
  /** Why it may not act now. */
  readonly locked?: string | undefined;
}) {
  const t = useTranslations("table");
  const count = selectedCount(props.selection, props.total);
  if (count === 0) return null;
  return (
    <section
      aria-label={t("column.select")}
      className="absolute bottom-4 left-1/2 z-20 flex h-12 -translate-x-1/2 animate-surface-in items-center gap-2 rounded-card border border-border-strong bg-surface-raised px-2 shadow-raised max-md:h-14 max-md:max-w-[calc(100%-16px)]"
    >
      <p aria-live="polite" className="whitespace-nowrap px-2 text-13 text-fg-2 [&_b]:font-semibold [&_b]:text-fg">
        {t.rich("selected", { count, b: (words) => <b>{words}</b> })}
      </p>
      <span aria-hidden className="h-4 w-px bg-border max-md:hidden" />
      {props.selection.type === "some" && props.total > props.selection.ids.size && (
        <Button variant="ghost" className="text-accent! max-md:hidden" onClick={props.onMatching}>
          {t("selectMatching", { total: props.total })}
        </Button>
      )}
      <Button variant="ghost" onClick={props.onClear}>
        {t("clear")}
        <Kbd className="max-md:hidden">Esc</Kbd>
      </Button>
      <Button
        variant="primary"
        locked={props.locked}
        icon={<Zap aria-hidden className="size-3.5" />}
        onClick={props.onForce}
        aria-keyshortcuts="f"
      >
        {t("force", { count })}
        <Kbd inverted className="max-md:hidden">
          F
        </Kbd>
      </Button>
    </section>
  );
}
