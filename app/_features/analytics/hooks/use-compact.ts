"use client";

import { useCallback } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { compactDuration } from "../model/compact-duration.ts";

/** A duration in one unit where there is no room for two: "2.5 min", "11.4 h". */
export function useCompact(): (ms: number) => string {
  const t = useTranslations("format");
  const f = useFormatters();
  return useCallback(
    (ms) => {
      const { unit, value } = compactDuration(ms);
      const shown = f.number(value, { maximumFractionDigits: 1 });
      switch (unit) {
        case "ms":
          return t("milliseconds", { ms: shown });
        case "s":
          return t("seconds", { s: shown });
        case "min":
          return t("minutes", { m: shown });
        case "h":
          return t("hours", { h: shown });
        case "d":
          return t("days", { d: shown });
      }
    },
    [t, f],
  );
}
