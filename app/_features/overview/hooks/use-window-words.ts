"use client";

import { useTranslations } from "use-intl/react";
import type { StatsWindow } from "#lib/contracts/fleet.ts";

/** "1 h", for captions. */
export function useWindowWords(): (window: StatsWindow) => string {
  const t = useTranslations("overview.window.words");
  return (window) => t(window);
}
