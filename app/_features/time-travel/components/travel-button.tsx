"use client";

import { History } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { isTravelled } from "#app/_live/moment.ts";
import { useLiveValue } from "#app/_live/use-live.ts";

/** Opens the scrubber, on the pages that can show the past. Locked where the gateway keeps no history. */
export function TravelButton(props: { readonly open: boolean; readonly onToggle: () => void }) {
  const t = useTranslations("past");
  const path = usePathname();
  const isBasic = useLiveValue((live) => live.isBasic);
  if (!isTravelled(path)) return null;
  return (
    <Button
      size="small"
      variant="ghost"
      aria-label={t("open")}
      aria-expanded={props.open}
      hint={t("open")}
      locked={isBasic ? t("basic") : undefined}
      icon={<History aria-hidden className="size-4" strokeWidth={1.75} />}
      className={props.open ? "bg-surface-active! text-fg!" : ""}
      onClick={props.onToggle}
    />
  );
}
