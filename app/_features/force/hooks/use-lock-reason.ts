"use client";

import { useTranslations } from "use-intl/react";
import { useLiveValue } from "#app/_live/use-live.ts";

/** Why buttons that act are off now, or undefined: no tick for 5 s, or the gateway is away. */
export function useLockReason(): string | undefined {
  const t = useTranslations();
  const isLocked = useLiveValue((state) => state.isLocked);
  const seconds = useLiveValue((state) => (state.isLocked ? state.seconds : 0));
  if (!isLocked) return undefined;
  return seconds > 0 ? t("live.locked", { seconds }) : t("live.reconnecting");
}
