"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useAt } from "./moment-context.ts";

/** Why nothing may be acted on while the page shows the past; undefined while it is live. */
export function usePastLock(): string | undefined {
  const t = useTranslations("past");
  const f = useFormatters();
  const at = useAt();
  return at === null ? undefined : t("locked", { time: f.clock(at) });
}
