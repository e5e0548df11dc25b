"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import { TicketProgress } from "#app/_components/ui/ticket-progress.tsx";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { useTicketWords } from "../hooks/use-ticket-words.ts";
import { stepsReached, ticketEnd } from "../model/ticket-end.ts";

/** A ticket's stage in words over its four segments, live. */
export function TicketStep({ ticket, className }: { readonly ticket: ForceTicket; readonly className?: string }) {
  const t = useTranslations("force.step");
  const words = useTicketWords(ticket);
  // Nobody reports its steps, so there are none to draw; a row has room for the short word only.
  if (ticketEnd(ticket) === "sent")
    return (
      <span title={words} className={clsx("whitespace-nowrap font-medium text-12 text-accent", className)}>
        {t("sentShort")}
      </span>
    );
  return <TicketProgress status={ticket.status} reached={stepsReached(ticket)} words={words} className={className} />;
}
