"use client";

import clsx from "clsx";
import { History, LoaderCircle, Unplug } from "lucide-react";
import { useTranslations } from "use-intl/react";

export type FeedStatus = "live" | "stale" | "reconnecting" | "basic" | "past";

/** Whether what is on the screen is true now. `seconds` since the last tick, for `stale`. A change of status is announced, a second is not. */
export function LiveIndicator(props: {
  readonly status: FeedStatus;
  readonly seconds?: number;
  readonly boxed?: boolean;
}) {
  const t = useTranslations("live");
  const warns = props.status === "stale" || props.status === "reconnecting";
  return (
    <>
      <output
        aria-label={t("feed")}
        aria-live="off"
        className={clsx(
          "inline-flex h-7 items-center gap-2 whitespace-nowrap rounded-control border px-2.5 font-medium text-13",
          warns
            ? "border-state-reconnecting-fill/60 bg-state-reconnecting-tint text-state-reconnecting"
            : props.status === "past"
              ? "border-accent bg-accent-tint text-accent"
              : props.boxed === true
                ? "border-border text-fg"
                : "border-transparent text-fg",
        )}
      >
        {props.status === "stale" && <Unplug aria-hidden className="size-3.5" />}
        {props.status === "reconnecting" && <LoaderCircle aria-hidden className="size-3.5 animate-spin" />}
        {props.status === "past" && <History aria-hidden className="size-3.5" />}
        {!warns && props.status !== "past" && (
          <span
            aria-hidden
            className={clsx(
              "size-2 rounded-full ring-[3px]",
              props.status === "basic"
                ? "bg-state-offline-fill ring-state-offline-tint"
                : "bg-state-connected-fill ring-state-connected-tint",
            )}
          />
        )}
        {props.status === "stale" ? t("stale", { seconds: props.seconds ?? 0 }) : t(props.status)}
      </output>
      <span aria-live="polite" className="sr-only">
        {props.status === "stale" ? t("staleWord") : t(props.status)}
      </span>
    </>
  );
}
