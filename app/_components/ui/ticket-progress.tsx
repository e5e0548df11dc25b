"use client";

import clsx from "clsx";
import { TimerOff } from "lucide-react";
import { useTranslations } from "use-intl/react";
import type { TicketStatus } from "#lib/fleet/dog.ts";
import { StateGlyph } from "./state-glyph.tsx";
import { ticketFill } from "./ticket-fill.ts";

/** The four segments alone: armed or closing, dialed, signed in, stable. Half a segment is the step under way. */
export function TicketSegments(props: {
  readonly status: TicketStatus;
  readonly reached?: number | undefined;
  readonly className?: string | undefined;
}) {
  const fill = ticketFill(props.status, props.reached);
  return (
    <span aria-hidden className={clsx("grid w-[104px] grid-cols-4 gap-1", props.className)}>
      {fill.map((share, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
          key={index}
          className={clsx("h-1 overflow-hidden rounded-full", share > 0 ? "bg-accent/30" : "bg-border-strong")}
        >
          <span
            className="block h-full bg-accent transition-[width] duration-(--tween-ms)"
            style={{ width: `${share * 100}%` }}
          />
        </span>
      ))}
    </span>
  );
}

/** The stage in words. `children` replaces the standard word ("Dialed, signing in"). */
export function TicketStage(props: {
  readonly status: TicketStatus;
  readonly children?: React.ReactNode;
  readonly className?: string | undefined;
}) {
  const t = useTranslations("tickets");
  const { status } = props;
  const words = props.children ?? t(status);
  if (status === "stable")
    return (
      <span className={clsx("inline-flex items-center gap-1.5 text-state-connected", props.className)}>
        <StateGlyph state="connected" size={12} />
        {words}
      </span>
    );
  if (status === "failed")
    return (
      <span className={clsx("inline-flex items-center gap-1.5 text-state-gave-up", props.className)}>
        <StateGlyph state="gave_up" size={12} />
        {words}
      </span>
    );
  if (status === "expired" || status === "cancelled")
    return (
      <span className={clsx("inline-flex items-center gap-1.5 text-fg-2", props.className)}>
        <TimerOff aria-hidden className="size-3.5" />
        {words}
      </span>
    );
  return <span className={clsx("text-accent", props.className)}>{words}</span>;
}

/**
 * A ticket in the place of its button: stage over segments. `reached` is how many steps were complete when it failed or
 * expired (1 armed, 2 dialed, 3 signed in).
 */
export function TicketProgress(props: {
  readonly status: TicketStatus;
  readonly reached?: number | undefined;
  readonly words?: React.ReactNode;
  readonly className?: string | undefined;
}) {
  return (
    <span className={clsx("inline-flex flex-col gap-1 align-middle", props.className)}>
      <TicketStage status={props.status} className="font-medium text-12">
        {props.words}
      </TicketStage>
      <TicketSegments status={props.status} reached={props.reached} />
    </span>
  );
}
