"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import type { EndedGroup } from "../model/force-groups.ts";
import { type TicketEnd, ticketEnd } from "../model/ticket-end.ts";
import { showToast, type ToastWords } from "../toast.ts";
import { forceCenter } from "./force-context.ts";

const ENDS = ["stable", "back", "failed", "expired", "cancelled", "sent"] as const;

/** Announces each click's end once: one dog by name, several by count, with a link to look. */
export function useForceToasts(): void {
  const t = useTranslations("force");
  const f = useFormatters();
  const router = useRouter();
  useEffect(() => {
    const dogLink = (sn: string) => ({
      label: t("toast.openDog"),
      follow: () => router.push(`/dogs/${encodeURIComponent(sn)}`),
    });
    const one = (ticket: ForceTicket, end: TicketEnd): ToastWords => ({
      title: t(`toast.one.${end}`, { sn: ticket.client_id }),
      text: why(ticket, end),
      link: dogLink(ticket.client_id),
    });
    const why = (ticket: ForceTicket, end: TicketEnd): string => {
      const time = f.clock(Date.parse(ticket.requested_at));
      if (end === "failed" && ticket.failure !== null) return t(`step.failure.${ticket.failure}`);
      return t(`toast.why.${end}`, { time });
    };
    const many = ({ total, counts, refused }: EndedGroup): ToastWords => {
      const said = ENDS.filter((end) => counts[end] > 0).map((end) => t(`toast.count.${end}`, { count: counts[end] }));
      const all = refused > 0 ? [...said, t("toast.count.refused", { count: refused })] : said;
      const missing = counts.failed + counts.expired + refused;
      const asked = total + refused;
      const title =
        missing > 0
          ? t("toast.many.missing", { count: missing, total: asked })
          : counts.cancelled > 0
            ? t("toast.many.stopped", { count: counts.cancelled, total: asked })
            : t("toast.many.all", { total: asked });
      return { title, text: all.join(", "), link: { label: t("toast.seeDogs"), follow: () => router.push("/dogs") } };
    };
    return forceCenter.onEnded((group) => {
      const [first] = group.tickets;
      const end = first === undefined ? null : ticketEnd(first);
      const isOne = group.tickets.length === 1 && group.refused === 0;
      const words = isOne && first !== undefined && end !== null ? one(first, end) : many(group);
      const { counts } = group;
      const isBad = counts.failed + counts.expired + group.refused > 0;
      void showToast(isBad ? "error" : counts.sent + counts.cancelled > 0 ? "info" : "success", words);
    });
  }, [t, f, router]);
}
