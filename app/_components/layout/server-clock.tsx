"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";

/** The server's clock (epoch ms): "03:12:26 UTC+8"; when stale, the last tick. */
export function ServerClock(props: { readonly now: number; readonly stale?: boolean }) {
  const t = useTranslations("shell");
  const f = useFormatters();
  const time = f.clock(props.now);
  return (
    <time
      dateTime={new Date(props.now).toISOString()}
      title={t("clock")}
      className="whitespace-nowrap font-mono text-12 text-fg-2"
    >
      {props.stale === true ? (
        t("lastTick", { time })
      ) : (
        <>
          {time} <span className="font-sans">{f.zoneLabel(props.now)}</span>
        </>
      )}
    </time>
  );
}
