"use client";

import { CalendarRange } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { needsDay } from "#app/_components/charts/time-words.ts";
import { Button } from "#app/_components/ui/button.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import { useStatsSpan } from "../hooks/use-stats-span.ts";
import { spanBounds, WINDOWS } from "../model/stats-window.ts";

const CustomWindow = dynamic(() => import("./custom-window.tsx").then((module) => module.CustomWindow), { ssr: false });

const MINUTE_MS = 60_000;
const CUSTOM = "custom";

/** "02:12 to 03:12", the ready-made windows, and bounds of one's own. */
export function WindowPicker() {
  const t = useTranslations("overview.window");
  const f = useFormatters();
  const now = useServerNow(MINUTE_MS);
  const isBasic = useLiveValue((live) => live.isBasic);
  const { span, setWindow, setCustom } = useStatsSpan();
  const [isAsked, setAsked] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const { from, to } = spanBounds(span, now);
  const word = needsDay(from, to) ? f.dayMinutes : f.clockMinutes;
  const isCustom = span.type === "custom";
  const button = (
    <Button
      aria-label={t("custom")}
      hint={isAsked && isOpen ? undefined : t("custom")}
      aria-pressed={isCustom}
      aria-haspopup="dialog"
      icon={<CalendarRange aria-hidden className="size-4" strokeWidth={1.75} />}
      className={isCustom ? "bg-surface-active!" : ""}
      onClick={() => {
        setAsked(true);
        setOpen(true);
      }}
    />
  );
  return (
    <>
      <span
        className={
          isCustom ? "whitespace-nowrap text-12 text-fg-2" : "whitespace-nowrap text-12 text-fg-2 max-2xl:hidden"
        }
      >
        {t("bounds", { from: word(from), to: word(to) })}
      </span>
      <Segmented
        label={t("label")}
        value={isCustom ? CUSTOM : span.window}
        onChange={(value) => value !== CUSTOM && setWindow(value)}
        options={WINDOWS.map((value) => ({ value, label: t(value), name: t(`words.${value}`) }))}
        className="max-md:[&_[role=radio]]:px-2"
      />
      {!isBasic &&
        (isAsked ? (
          <CustomWindow
            trigger={button}
            open={isOpen}
            onOpenChange={setOpen}
            bounds={{ from, to }}
            onChoose={setCustom}
          />
        ) : (
          button
        ))}
    </>
  );
}

/** The same in the width of one word, where something more pressing needs the room. */
export function CompactWindowPicker() {
  const t = useTranslations("overview.window");
  const { span, setWindow } = useStatsSpan();
  return (
    <select
      aria-label={t("label")}
      value={span.type === "custom" ? CUSTOM : span.window}
      onChange={({ target }) => {
        const window = WINDOWS.find((each) => each === target.value);
        if (window !== undefined) setWindow(window);
      }}
      className="h-8 rounded-control border border-border-strong bg-surface px-2 text-13 max-md:h-10"
    >
      {WINDOWS.map((window) => (
        <option key={window} value={window}>
          {t(`words.${window}`)}
        </option>
      ))}
      {span.type === "custom" && <option value={CUSTOM}>{t("custom")}</option>}
    </select>
  );
}
