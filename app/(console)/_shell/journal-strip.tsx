"use client";

import { DatabaseZap, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

/** That events are not stored now, or were not: what is locked, what is lost, and that it mends itself. Overview's verdict says it too. */
export function JournalStrip({ summary }: { readonly summary: FleetSummary | undefined }) {
  const path = usePathname();
  const [seen, setSeen] = useState(0);
  // Of the past nothing is known of it.
  if (summary === undefined || summary.journal === null) return null;
  const { status, dropped } = summary.journal;
  const isSaidAlready = path === "/" && summary.incident === null;
  if (status !== "ok") return isSaidAlready ? null : <Trouble status={status} dropped={dropped} />;
  return dropped > seen ? <Lost dropped={dropped} onSeen={() => setSeen(dropped)} /> : null;
}

function Trouble({ status, dropped }: { readonly status: "degraded" | "unavailable"; readonly dropped: number }) {
  const t = useTranslations("journal");
  return (
    <section
      aria-label={t("label")}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-state-reconnecting-fill/50 border-b bg-state-reconnecting-tint px-5 py-2 text-13 max-md:px-4"
    >
      <DatabaseZap aria-hidden className="size-4 shrink-0 text-state-reconnecting" />
      <p role="status" className="min-w-0 flex-1 text-fg-2">
        <b className="font-semibold text-state-reconnecting">{t(`title.${status}`)}</b> {t("text", { dropped })}
      </p>
    </section>
  );
}

function Lost({ dropped, onSeen }: { readonly dropped: number; readonly onSeen: () => void }) {
  const t = useTranslations("journal");
  return (
    <section
      aria-label={t("label")}
      className="flex items-center gap-3 border-border border-b bg-state-offline-tint px-5 py-1.5 text-12 text-fg-2 max-md:px-4"
    >
      <DatabaseZap aria-hidden className="size-3.5 shrink-0" />
      <p className="min-w-0 flex-1">{t("lost", { dropped })}</p>
      <Button
        size="small"
        variant="ghost"
        aria-label={t("seen")}
        hint={t("seen")}
        icon={<X aria-hidden className="size-3.5" />}
        onClick={onSeen}
      />
    </section>
  );
}
