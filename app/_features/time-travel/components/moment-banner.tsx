"use client";

import { useIsFetching } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, History, LoaderCircle, Radio } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Kbd } from "#app/_components/ui/kbd.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { useTrueNow } from "#app/_live/use-server-now.ts";
import { useEscapeToLive } from "../hooks/use-escape-to-live.ts";

const BUTTON =
  "touch-target inline-flex h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-control border border-accent-fg/50 px-2.5 font-medium text-12 hover:bg-accent-hover focus-visible:outline-accent-fg max-md:h-9";

/** Over the whole width: when this was, that it is not live, and the way back. A frame around the page says it too. */
export function MomentBanner(props: { readonly at: number; readonly open: boolean; readonly onToggle: () => void }) {
  const t = useTranslations("past");
  const f = useFormatters();
  const { go } = useMoment();
  const now = useTrueNow();
  const asking = useIsFetching({ queryKey: ["past"] });
  useEscapeToLive();
  const { at } = props;
  const time = f.moment(at, now);
  const Icon = props.open ? ChevronUp : ChevronDown;
  return (
    <section
      aria-label={t("banner")}
      className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1.5 bg-accent px-5 py-1.5 text-13 text-accent-fg max-md:px-4"
    >
      <span aria-hidden className="pointer-events-none fixed inset-0 z-40 border-[3px] border-accent" />
      {asking > 0 ? (
        <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />
      ) : (
        <History aria-hidden className="size-4 shrink-0" />
      )}
      <p className="min-w-0 flex-1 [&_b]:font-semibold">
        {t.rich("asItWas", { time, ago: f.duration(now - at), b: bold })}
        <span className="ml-2 opacity-85 max-lg:hidden">{t("consequence")}</span>
      </p>
      <span aria-live="polite" className="sr-only">
        {t("announce", { time })}
      </span>
      <span className="flex gap-2 max-md:w-full max-md:*:flex-1 max-md:*:justify-center">
        <button type="button" aria-expanded={props.open} onClick={props.onToggle} className={BUTTON}>
          <Icon aria-hidden className="size-3.5" />
          {t("scrub")}
        </button>
        <button
          type="button"
          aria-keyshortcuts="Escape"
          onClick={() => go(null)}
          className={`${BUTTON} bg-accent-fg! text-accent! hover:opacity-90`}
        >
          <Radio aria-hidden className="size-3.5" />
          {t("backToLive")}
          <Kbd className="max-md:hidden">Esc</Kbd>
        </button>
      </span>
    </section>
  );
}

const bold = (words: ReactNode) => <b>{words}</b>;

/** On a page that is always live, while the lists one came from are not. */
export function AwayBanner({ asked }: { readonly asked: number }) {
  const t = useTranslations("past");
  const f = useFormatters();
  const { go } = useMoment();
  const now = useTrueNow(60_000);
  return (
    <section
      aria-label={t("banner")}
      className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-accent/40 border-b bg-accent-tint px-5 py-1 text-12 text-fg-2 max-md:px-4"
    >
      <History aria-hidden className="size-3.5 shrink-0 text-accent" />
      <p className="min-w-0 flex-1">{t.rich("away", { time: f.moment(asked, now), b: bold })}</p>
      <button
        type="button"
        onClick={() => go(null, "replace")}
        className="touch-target rounded-small font-medium text-accent hover:underline"
      >
        {t("forget")}
      </button>
    </section>
  );
}
