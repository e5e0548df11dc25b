"use client";

import { Eraser } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { useLockReason } from "#app/_dog-table/use-lock-reason.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";

const CleanupDialog = dynamic(() => import("./cleanup-dialog.tsx").then((module) => module.CleanupDialog), {
  ssr: false,
});

/**
 * "Clean up 3 expired…": opens the counted confirm. Locked with the reason while there is nothing to clean or no feed. `expired`
 * is null where the gateway cannot count without removing.
 */
export function CleanupButton({ expired, ttlMs }: { readonly expired: number | null; readonly ttlMs: number }) {
  const t = useTranslations("reconnections");
  const f = useFormatters();
  const feedLock = useLockReason();
  const [opened, setOpened] = useState(false);
  const [open, setOpen] = useState(false);
  const nothing = expired === 0 ? t("cleanupNoneHint", { ttl: f.duration(ttlMs) }) : undefined;
  return (
    <>
      <Button
        icon={<Eraser aria-hidden className="size-4" />}
        locked={feedLock ?? nothing}
        onClick={() => {
          setOpened(true);
          setOpen(true);
        }}
      >
        {expired === null ? t("cleanupSome") : expired === 0 ? t("cleanupNone") : t("cleanup", { count: expired })}
      </Button>
      {opened && <CleanupDialog open={open} onOpenChange={setOpen} expired={expired} ttlMs={ttlMs} locked={feedLock} />}
    </>
  );
}
