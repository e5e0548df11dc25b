"use client";

import { Zap } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow, useServerTime } from "#app/_live/use-server-now.ts";
import { type ForceButtonModel, type ForcibleRow, useForceButton, useForceLabel } from "../hooks/use-force-button.ts";
import { useTicket } from "../hooks/use-ticket.ts";
import { ticketEnd } from "../model/ticket-end.ts";
import { TicketStep } from "./ticket-step.tsx";

const SENT_SHOWN_MS = 20_000;

/**
 * The button that brings one dog back, in words of what will happen; while a ticket runs, its progress stands in its place.
 * `size`: "row" (short words, the sentence in the tooltip), "icon" (a bolt alone), "page" (the whole sentence).
 */
export function ForceButton(props: {
  readonly row: ForcibleRow;
  readonly size: "row" | "icon" | "page";
  readonly primary?: boolean;
  readonly className?: string;
}) {
  const { row, size } = props;
  const ticket = useTicket(row);
  const end = ticket === null ? null : ticketEnd(ticket);
  const sentAt = end === "sent" && ticket !== null ? Date.parse(ticket.requested_at) : null;
  const isJustSent = useServerTime((now) => sentAt !== null && now - sentAt < SENT_SHOWN_MS);
  if (ticket !== null && (end === null || isJustSent) && size !== "icon") return <TicketStep ticket={ticket} />;
  return <IdleForceButton {...props} isRunning={ticket !== null && end === null} />;
}

function IdleForceButton(props: {
  readonly row: ForcibleRow;
  readonly size: "row" | "icon" | "page";
  readonly primary?: boolean;
  readonly className?: string;
  readonly isRunning: boolean;
}) {
  const { row, size } = props;
  const t = useTranslations("force");
  const isBasic = useLiveValue((state) => state.isBasic);
  const button = useForceButton(row);
  const locked = button.locked ?? (props.isRunning ? t("locked.running") : undefined);
  const sentence = <Label {...button} estimated={row.estimated} />;
  const fullName = t("rowName", { action: button.name, sn: row.client_id });
  return (
    <Button
      variant={props.primary === true ? "primary" : "secondary"}
      size={size === "page" ? "default" : "small"}
      icon={<Zap aria-hidden className="size-3.5 shrink-0" />}
      locked={locked}
      hint={isBasic ? t("hint.basic") : size === "page" ? undefined : sentence}
      pending={button.isPending}
      onClick={button.press}
      className={props.className}
      {...(size === "icon" ? { "aria-label": fullName } : {})}
    >
      {size === "icon" ? null : size === "row" ? <ShortWords {...button} name={fullName} /> : sentence}
    </Button>
  );
}

/** The whole sentence; its clock draws it alone. */
function Label(props: Pick<ForceButtonModel, "name" | "dialsAt"> & { readonly estimated: boolean }) {
  return useForceLabel(props, props.estimated);
}

/** Short for the eye, whole and without a running countdown for a screen reader. */
function ShortWords({ short, dialsAt, name }: Pick<ForceButtonModel, "short" | "dialsAt" | "name">) {
  return (
    <>
      <em aria-hidden className="not-italic">
        {short}
      </em>
      {dialsAt !== null && <Left until={dialsAt} />}
      <span className="sr-only">{name}</span>
    </>
  );
}

/** "0:12" beside "Watch", until the time has come. */
function Left({ until }: { readonly until: number }) {
  const f = useFormatters();
  const now = useServerNow(1_000, until);
  return until <= now ? null : <span aria-hidden>{f.countdown(until - now)}</span>;
}
