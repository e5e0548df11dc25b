"use client";

import { useTranslations } from "use-intl/react";
import { useJournalLock } from "#app/_live/journal-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { usePastLock } from "#app/_live/use-past-lock.ts";

/** Why buttons that act are off now, or undefined: the page shows the past, no tick for 5 s, the gateway is away or stores nothing. */
export function useLockReason(): string | undefined {
  const t = useTranslations();
  const past = usePastLock();
  const journal = useJournalLock();
  const isLocked = useLiveValue((state) => state.isLocked);
  const seconds = useLiveValue((state) => (state.isLocked ? state.seconds : 0));
  if (past !== undefined) return past;
  if (!isLocked) return journal;
  return seconds > 0 ? t("live.locked", { seconds }) : t("live.reconnecting");
}
