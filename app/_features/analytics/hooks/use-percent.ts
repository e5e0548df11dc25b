"use client";

import { useCallback } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { percentFigure } from "../model/percent.ts";

/** Shares (0..1) in words: "96.2", and with the sign. */
export function usePercent(): {
  readonly value: (share: number, digits?: number) => string;
  readonly words: (share: number, digits?: number) => string;
} {
  const t = useTranslations("format");
  const f = useFormatters();
  const value = useCallback(
    (share: number, digits = 1) => {
      const whole = share === 0 || share === 1;
      return f.number(percentFigure(share, digits), {
        minimumFractionDigits: whole ? 0 : digits,
        maximumFractionDigits: digits,
      });
    },
    [f],
  );
  const words = useCallback((share: number, digits = 1) => t("percent", { value: value(share, digits) }), [t, value]);
  return { value, words };
}
