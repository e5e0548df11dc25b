"use client";

import { useMemo } from "react";
import type { DateTimeFormatOptions, NumberFormatOptions } from "use-intl/core";
import { useFormatter, useTimeZone, useTranslations } from "use-intl/react";
import { countdownText, durationParts, utcOffsetLabel } from "./duration.ts";

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const DAY = { month: "short", day: "numeric" } as const;

export type Formatters = ReturnType<typeof useFormatters>;

/** Words for numbers and times in the operator's language and zone. Instants are epoch ms, durations ms. */
export function useFormatters() {
  const format = useFormatter();
  const t = useTranslations("format");
  const timeZone = useTimeZone() ?? "UTC";
  return useMemo(() => {
    const dateTime = (at: number, options: DateTimeFormatOptions) => format.dateTime(new Date(at), options);
    const day = (at: number) => dateTime(at, DAY);
    const clock = (at: number) => dateTime(at, CLOCK);
    const estimate = (value: string, estimated = true) => (estimated ? t("estimate", { value }) : value);

    /** "2 min 31 s", "3 h 18 min"; with one decimal "48.6 s" under a minute. A second unit of zero is left out. */
    const duration = (ms: number, decimals: 0 | 1 = 0): string => {
      const parts = durationParts(ms, decimals);
      switch (parts.kind) {
        case "milliseconds":
          return t("milliseconds", { ms: parts.ms });
        case "seconds":
          return t("seconds", { s: format.number(parts.s) });
        case "minutesSeconds":
          return parts.s === 0 ? t("minutes", { m: parts.m }) : t("minutesSeconds", { m: parts.m, s: parts.s });
        case "hoursMinutes":
          return parts.m === 0 ? t("hours", { h: parts.h }) : t("hoursMinutes", { h: parts.h, m: parts.m });
        case "daysHours":
          return parts.h === 0 ? t("days", { d: parts.d }) : t("daysHours", { d: parts.d, h: parts.h });
      }
    };

    /** Number and unit apart, for a large figure: [{value: "7.7", unit: "s"}], [{"2","min"},{"31","s"}]. */
    const durationFigures = (ms: number): { value: string; unit: string }[] => {
      const parts = durationParts(ms, 1);
      switch (parts.kind) {
        case "milliseconds":
          return [{ value: format.number(parts.ms), unit: t("unitMs") }];
        case "seconds":
          return [{ value: format.number(parts.s, { maximumFractionDigits: 1 }), unit: t("unitS") }];
        case "minutesSeconds":
          return [
            { value: String(parts.m), unit: t("unitMin") },
            { value: String(parts.s), unit: t("unitS") },
          ];
        case "hoursMinutes":
          return [
            { value: String(parts.h), unit: t("unitH") },
            { value: String(parts.m), unit: t("unitMin") },
          ];
        case "daysHours":
          return [
            { value: String(parts.d), unit: t("unitD") },
            { value: String(parts.h), unit: t("unitH") },
          ];
      }
    };

    return {
      timeZone,
      number: (value: number, options: NumberFormatOptions = {}) => format.number(value, options),
      /** Share 0..1 as "96.2" without the sign, or with it through `percent`. */
      percentValue: (share: number, digits = 1) => format.number(share * 100, { maximumFractionDigits: digits }),
      percent: (share: number, digits = 1) =>
        t("percent", { value: format.number(share * 100, { maximumFractionDigits: digits }) }),
      duration,
      durationFigures,
      countdown: countdownText,
      /** "~0:21" where projected; what was witnessed carries no mark. */
      estimate,
      /** "~0:21–2:01" from two remaining durations in ms. */
      countdownRange: (fromMs: number, toMs: number, estimated = true) =>
        estimate(t("range", { from: countdownText(fromMs), to: countdownText(toMs) }), estimated),
      range: (from: string, to: string) => t("range", { from, to }),
      /** "03:12:26" */
      clock,
      /** "03:12" */
      clockMinutes: (at: number) => dateTime(at, MINUTES),
      /** "18:46:13", for the second line of tooltips. */
      utcClock: (at: number) => dateTime(at, { ...CLOCK, timeZone: "UTC" }),
      day,
      /** "Nov 22, 03:12": a minute within a window of days. */
      dayMinutes: (at: number) => dateTime(at, { ...DAY, ...MINUTES }),
      utcDay: (at: number) => dateTime(at, { ...DAY, timeZone: "UTC" }),
      utcMinutes: (at: number) => dateTime(at, { ...MINUTES, timeZone: "UTC" }),
      utcDayMinutes: (at: number) => dateTime(at, { ...DAY, ...MINUTES, timeZone: "UTC" }),
      /** Today "03:12:26", else "Nov 22, 03:12:26". */
      moment: (at: number, now: number) => (day(at) === day(now) ? clock(at) : dateTime(at, { ...DAY, ...CLOCK })),
      /** "Nov 22, 2026, 03:12:26": unambiguous, for titles and exports. */
      full: (at: number) => dateTime(at, { year: "numeric", ...DAY, ...CLOCK }),
      /** "UTC+8" */
      zoneLabel: (at: number) => utcOffsetLabel(at, timeZone),
    };
  }, [format, t, timeZone]);
}
