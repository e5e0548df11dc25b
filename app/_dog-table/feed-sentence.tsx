"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLive } from "#app/_live/use-live.ts";

/** The sentence beside a title: the page's own while the feed lives, else as of when it is true and what is stopped. */
export function FeedSentence({ children }: { readonly children: ReactNode }) {
  const t = useTranslations("table");
  const f = useFormatters();
  const { status, seconds, lastTickAt, retry } = useLive();
  if (lastTickAt === null || (status !== "stale" && status !== "reconnecting")) return children;
  const time = f.clock(lastTickAt);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 text-state-reconnecting">
      {status === "stale" ? t("stale", { time, seconds }) : t("reconnectingNow", { time })}
      <Button size="small" onClick={retry}>
        {t("retryNow")}
      </Button>
    </span>
  );
}
