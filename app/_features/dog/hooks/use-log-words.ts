"use client";

import { useTranslations } from "use-intl/react";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FeedEvent } from "#lib/contracts/fleet.ts";

export interface LogWords {
  readonly text: string;
  /** Raw words of a socket or a close frame: set in mono. */
  readonly isRaw: boolean;
  readonly detail: string;
}

/** What a line of a dog's log says beside its kind. */
export function useLogWords(): (event: FeedEvent) => LogWords {
  const t = useTranslations("dog.log");
  const tReason = useTranslations("reasons");
  const tFailure = useTranslations("dog.tickets.failure");
  const f = useFormatters();
  const words = (text: string, detail: (string | null)[] = [], isRaw = false): LogWords => ({
    text,
    isRaw,
    detail: detail.filter((part) => part !== null).join(", "),
  });
  const heardText = (event: FeedEvent) => {
    const heard = instantMs(event.last_heard_at);
    if (heard === null) return "";
    return t("lastHeard", { time: f.duration(Date.parse(event.at) - heard), at: f.clock(heard) });
  };
  const ticketWords = (event: FeedEvent) =>
    event.ticket === null ? null : t("ticket", { ticket: shortTicket(event.ticket) });
  const actorWords = ({ actor, note }: FeedEvent) => {
    if (actor === null) return "";
    return note === null || note === "" ? t("by", { actor }) : t("byNote", { actor, note });
  };

  return (event) => {
    switch (event.type) {
      case "dog.connected":
        return words(
          [
            event.app_id,
            event.network,
            event.remote_address === null ? null : t("from", { address: event.remote_address }),
          ]
            .filter((part) => part !== null)
            .join(", "),
          [event.outage_ms === null ? null : t("out", { time: f.duration(event.outage_ms) })],
        );
      case "dog.stable":
        return words(t("outageOver"), [event.dials === null ? null : t("backAt", { dials: event.dials })]);
      case "dog.silent":
        return words(heardText(event));
      case "dog.heard":
        return words(t("heardText"));
      case "dog.disconnected":
        return words(
          event.reason_raw ?? (event.reason_code === null ? "" : tReason(event.reason_code)),
          [
            event.close_code === null ? null : t("close", { code: String(event.close_code) }),
            event.session_ms === null ? null : t("up", { time: f.duration(event.session_ms) }),
          ],
          event.reason_raw !== null,
        );
      case "dog.attempt_failed":
        return words(
          event.reason_raw ?? (event.reason_code === null ? "" : tReason(event.reason_code)),
          [event.count === null ? null : t("times", { count: event.count })],
          event.reason_raw !== null,
        );
      case "force.failed":
        return words(failureText(event.failure, event.reason_raw), [ticketWords(event)]);
      default:
        return words(actorWords(event), [ticketWords(event)]);
    }
  };

  function failureText(failure: string | null, raw: string | null): string {
    switch (failure) {
      case "auth_failed":
      case "revoked":
      case "owner_unreachable":
      case "dropped_again":
        return tFailure(failure);
      default:
        return raw ?? "";
    }
  }
}

/** The last characters of a ticket: enough to tell two apart. */
export const shortTicket = (ticket: string): string => ticket.slice(-4).toUpperCase();
