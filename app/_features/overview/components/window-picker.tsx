"use client";

import { useTranslations } from "use-intl/react";
import { needsDay } from "#app/_components/charts/time-words.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import { SpanPicker } from "#app/_stats-window/span-picker.tsx";
import { spanBounds, WINDOWS } from "#app/_stats-window/stats-window.ts";
import { useStatsSpan } from "../hooks/use-stats-span.ts";

const MINUTE_MS = 60_000;
const CUSTOM = "custom";

/** "02:12 to 03:12", the ready-made windows, and bounds of one's own. */
export function WindowPicker() {
  const t = useTranslations("window");
  const f = useFormatters();
  const now = useServerNow(MINUTE_MS);
  const isBasic = useLiveValue((live) => live.isBasic);
  const choice = useStatsSpan();
  const { from, to } = spanBounds(choice.span, now);
  const word = needsDay(from, to) ? f.dayMinutes : f.clockMinutes;
  const isCustom = choice.span.type === "custom";
  return (
    <>
      <span
        className={
          isCustom ? "whitespace-nowrap text-12 text-fg-2" : "whitespace-nowrap text-12 text-fg-2 max-2xl:hidden"
        }
      >
        {t("bounds", { from: word(from), to: word(to) })}
      </span>
      <SpanPicker choice={choice} now={now} hasCustom={!isBasic} />
    </>
  );
}

/** The same in the width of one word, where something more pressing needs the room. */
export function CompactWindowPicker() {
  const t = useTranslations("window");
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
