"use client";

import { useTranslations } from "use-intl/react";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { TicketSegments, TicketStage } from "#app/_components/ui/ticket-progress.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { shortTicket } from "../hooks/use-log-words.ts";

const MOST_SHOWN = 3;

/** Forces of this dog, newest first, each with its steps and what came of it. */
export function TicketsCard({ tickets }: { readonly tickets: readonly ForceTicket[] }) {
  const t = useTranslations("dog.tickets");
  const hidden = tickets.length - MOST_SHOWN;
  return (
    <Card>
      <CardHead title={t("title")} caption={t("caption")} />
      {tickets.length === 0 && <p className="px-3.5 pb-3.5 text-12 text-fg-3">{t("empty")}</p>}
      <ul>
        {tickets.slice(0, MOST_SHOWN).map((ticket) => (
          <TicketItem key={ticket.ticket} ticket={ticket} />
        ))}
      </ul>
      {hidden > 0 && (
        <p className="border-border border-t px-3.5 py-2 text-12 text-fg-3">{t("more", { count: hidden })}</p>
      )}
    </Card>
  );
}

function TicketItem({ ticket }: { readonly ticket: ForceTicket }) {
  const f = useFormatters();
  const now = useServerNow(60_000);
  const story = useStory(ticket);
  return (
    <li className="border-border border-t px-3.5 py-2 text-12">
      <div className="flex items-center gap-2">
        <span className="font-mono" title={ticket.ticket}>
          {shortTicket(ticket.ticket)}
        </span>
        <span className="min-w-0 truncate text-fg-2">
          {ticket.actor}, {f.moment(Date.parse(ticket.requested_at), now)}
        </span>
        <TicketStage status={ticket.status} className="ml-auto shrink-0 font-medium" />
      </div>
      <TicketSegments status={ticket.status} reached={reached(ticket)} className="mt-1.5 mb-1 w-full!" />
      <p className="truncate text-fg-2" title={ticket.note ?? undefined}>
        {story}
      </p>
    </li>
  );
}

function reached(ticket: ForceTicket): number {
  if (ticket.authenticated_at !== null) return 3;
  if (ticket.dialed_at !== null) return 2;
  return ticket.armed_at === null ? 0 : 1;
}

/** "armed, dialed after 28 s, signed in, held 60 s": the steps it took, and how it ended. */
function useStory(ticket: ForceTicket): string {
  const t = useTranslations("dog.tickets");
  const f = useFormatters();
  const asked = Date.parse(ticket.requested_at);
  const dialed = instantMs(ticket.dialed_at);
  const signedIn = instantMs(ticket.authenticated_at);
  const ended = instantMs(ticket.ended_at);
  const steps = [
    ticket.closing_at === null ? null : t("closed"),
    ticket.armed_at === null ? null : t("armed"),
    dialed === null ? null : t("dialedAfter", { time: f.duration(dialed - asked) }),
    signedIn === null ? null : t("signedIn", { time: f.duration(signedIn - asked) }),
  ];
  const said = steps.filter((step) => step !== null);
  const end = endWords();
  return [...said, ...(end === null ? [] : [end])].join(", ");

  function endWords(): string | null {
    switch (ticket.status) {
      case "stable":
        return signedIn === null || ended === null ? null : t("held", { time: f.duration(ended - signedIn) });
      case "failed":
        return ticket.failure === null ? (ticket.last_error ?? null) : t(`failure.${ticket.failure}`);
      case "expired":
        return ended === null ? null : t("noDial", { time: f.duration(ended - asked) });
      case "cancelled":
        return t("cancelled");
      case "queued":
        return t("queued");
      case "requested":
      case "closing":
      case "armed":
      case "dialed":
      case "authenticated":
        return t("running");
    }
  }
}
