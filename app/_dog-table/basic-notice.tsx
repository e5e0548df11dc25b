"use client";

import { History } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { useLiveValue } from "#app/_live/use-live.ts";

/** Why columns are blank behind a gateway that has only the seed's four endpoints. */
export function BasicNotice() {
  const t = useTranslations("table");
  const isBasic = useLiveValue((live) => live.isBasic);
  if (!isBasic) return null;
  return (
    <p className="flex items-center gap-2 border-border border-t px-5 py-1.5 text-12 text-fg-2 max-md:px-4">
      <History aria-hidden className="size-3.5 shrink-0 text-fg-3" />
      {t("basic")}
    </p>
  );
}
