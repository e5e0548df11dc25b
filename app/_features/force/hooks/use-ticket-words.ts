"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { ticketEnd } from "../model/ticket-end.ts";

/** The stage of a ticket in a few words: "Signed in, 21 s left". */
export function useTicketWords(ticket: ForceTicket): string {
  const t = useTranslations("force.step");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const left = (at: string | null) => (at === null ? 0 : Math.ceil((Date.parse(at) - now) / 1_000) * 1_000);
  const end = ticketEnd(ticket);
  if (end === "sent" || end === "back") return t(end);
  if (end === "failed") return ticket.failure === null ? t("failed") : t(`failure.${ticket.failure}`);
  if (ticket.status === "armed" && left(ticket.deadline_at) > 0) {
    return t("armedFor", { time: f.countdown(left(ticket.deadline_at)) });
  }
  if (ticket.status === "authenticated" && left(ticket.stable_at) > 0) {
    return t("authenticatedFor", { time: f.duration(left(ticket.stable_at)) });
  }
  return t(ticket.status);
}
