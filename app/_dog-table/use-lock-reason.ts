"use client";

import { useTranslations } from "use-intl/react";
import { useJournalLock } from "#app/_live/journal-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { usePastLock } from "#app/_live/use-past-lock.ts";

/** Why acting buttons are off, in words; undefined while they act. */
export function useLockReason(): string | undefined {
  const t = useTranslations("table");
  const past = usePastLock();
  const journal = useJournalLock();
  const isLocked = useLiveValue((live) => live.isLocked);
  const staleSeconds = useLiveValue((live) => (live.status === "stale" ? live.seconds : null));
  if (past !== undefined) return past;
  if (!isLocked) return journal;
  return staleSeconds === null ? t("lockedReconnecting") : t("locked", { seconds: staleSeconds });
}
