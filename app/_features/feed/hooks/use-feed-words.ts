"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { FeedLine } from "../model/feed-lines.ts";

export interface FeedWords {
  /** Whom it is about: a serial number, "102 dogs", a gateway. */
  readonly who: string;
  readonly what: string;
}

/** A line of the feed in words. */
export function useFeedWords(): (line: FeedLine) => FeedWords {
  const t = useTranslations("feed");
  const f = useFormatters();

  function what({ event, count, site }: FeedLine): string {
    const actor = event.actor ?? "";
    switch (event.type) {
      case "dog.connected":
        if (event.outage_ms === null) return t("signedIn");
        if (count > 1) return t("backMany");
        return event.dials === null
          ? t("back", { time: f.countdown(event.outage_ms) })
          : t("backAt", { dials: event.dials, time: f.countdown(event.outage_ms) });
      case "dog.stable":
        return t("stable");
      case "dog.silent":
        if (count > 1 || event.last_heard_at === null) return t("silentMany");
        return t("silent", { time: f.duration(Date.parse(event.at) - Date.parse(event.last_heard_at)) });
      case "dog.heard":
        return t("heard");
      case "dog.disconnected":
        if (count > 1 && site !== null && isDrop(event.reason_code)) return t("droppedSite", { site });
        return t(`dropped.${event.reason_code ?? "unknown"}`);
      case "dog.attempt_failed":
        return t(event.reason_code === "auth_failed" ? "loginRefused" : "dialFailed");
      case "dog.retired":
        return t("retired", { actor });
      case "force.requested":
        return t("forced", { actor });
      case "force.stable":
        return t("forceStable");
      case "force.failed":
        return t("forceFailed");
      case "force.cancelled":
        return t("forceCancelled");
      case "force.batch":
        return t("batch", { actor });
      case "force.batch_stopped":
        return t("batchStopped", { actor });
      case "record.cleaned":
        return t("cleaned");
      case "policy.changed":
        return t("policy");
      case "gateway.started":
        return t("gatewayStarted");
      case "gateway.stopped":
        return t("gatewayStopped");
      case "gateway.lost":
        return t("gatewayLost");
      case "journal.gap":
        return t("gap", { count: event.count ?? 0 });
      default:
        return event.type;
    }
  }

  function who({ event, count }: FeedLine): string {
    if (count > 1) return t("dogs", { count });
    if (event.type === "force.batch" && event.count !== null) return t("dogs", { count: event.count });
    return event.client_id ?? event.gateway ?? t("fleet");
  }

  return (line) => ({ who: who(line), what: what(line) });
}

const isDrop = (code: string | null) =>
  code !== "normal_closure" && code !== "session_replaced" && code !== "forced_reconnect";
