"use client";

import { createContext, useContext } from "react";
import { useTranslations } from "use-intl/react";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

export type JournalStatus = NonNullable<FleetSummary["journal"]>["status"];

/** How the gateway's journal is; the shell tells it from the summary. */
export const JournalContext = createContext<JournalStatus>("ok");

/** Why nothing may be acted on while events are not stored: the gateway would refuse it. Undefined while they are. */
export function useJournalLock(): string | undefined {
  const t = useTranslations("journal");
  return useContext(JournalContext) === "ok" ? undefined : t("locked");
}
