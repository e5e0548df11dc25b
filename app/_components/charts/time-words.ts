"use client";

import { useTranslations } from "use-intl/react";
import { type Formatters, useFormatters } from "#app/_i18n/use-formatters.ts";
import { zoneOffsetMs } from "./scale.ts";

const DAY_MS = 86_400_000;
const SECONDS_WITHIN_MS = 420_000;

/** Words under a time axis: "03:12", its seconds in a window of minutes, and the day where a window of more than one holds a midnight. */
export function useTickWord(from: number, to: number): (at: number) => string {
  const f = useFormatters();
  const offsetMs = zoneOffsetMs(to, f.timeZone);
  const isLong = to - from > DAY_MS;
  if (to - from <= SECONDS_WITHIN_MS) return f.clock;
  return (at) => (isLong && (at + offsetMs) % DAY_MS === 0 ? f.day(at) : f.clockMinutes(at));
}

/**
 * An instant or a bucket in local time and in UTC: "03:12:26", or with `days` "Nov 22, 03:12", "Nov 22, 03:12–04:12", and both
 * days where they differ.
 */
export function timeWords(
  f: Formatters,
  at: number,
  to: number | undefined,
  days: boolean,
): { local: string; utc: string } {
  if (!days) {
    const until = (word: (at: number) => string) => (to === undefined ? word(at) : f.range(word(at), word(to)));
    return { local: until(f.clock), utc: until(f.utcClock) };
  }
  if (to === undefined) return { local: f.dayMinutes(at), utc: f.utcDayMinutes(at) };
  const end = f.day(at) === f.day(to) ? f.clockMinutes(to) : f.dayMinutes(to);
  const utcEnd = f.utcDay(at) === f.utcDay(to) ? f.utcMinutes(to) : f.utcDayMinutes(to);
  return { local: f.range(f.dayMinutes(at), end), utc: f.range(f.utcDayMinutes(at), utcEnd) };
}

/** Whether times of a window need their day beside them. */
export const needsDay = (from: number, to: number): boolean => to - from >= DAY_MS;

/** Heads of the two columns a table over time begins with. */
export function useTimeColumns(): [string, string] {
  const t = useTranslations("charts");
  return [t("time"), t("timeUtc")];
}
