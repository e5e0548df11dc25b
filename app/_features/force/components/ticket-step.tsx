"use client";

import { TicketProgress } from "#app/_components/ui/ticket-progress.tsx";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { useTicketWords } from "../hooks/use-ticket-words.ts";
import { stepsReached } from "../model/ticket-end.ts";

/** A ticket's stage in words over its four segments, live. */
export function TicketStep({ ticket, className }: { readonly ticket: ForceTicket; readonly className?: string }) {
  const words = useTicketWords(ticket);
  return <TicketProgress status={ticket.status} reached={stepsReached(ticket)} words={words} className={className} />;
}
