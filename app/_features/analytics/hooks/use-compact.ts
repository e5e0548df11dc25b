"use client";

import { useMemo } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { compactDuration } from "../model/compact-duration.ts";

const WORDS = { ms: "milliseconds", s: "seconds", min: "minutes", h: "hours", d: "days" } as const;
const UNITS = { ms: "unitMs", s: "unitS", min: "unitMin", h: "unitH", d: "unitD" } as const;

/** Durations in one unit where there is no room for two: "2.5 min" in words, or figure and unit apart. */
export function useCompact(): {
  readonly words: (ms: number) => string;
  readonly figure: (ms: number) => { readonly value: string; readonly unit: string };
} {
  const t = useTranslations("format");
  const f = useFormatters();
  return useMemo(() => {
    const read = (ms: number) => {
      const { unit, value } = compactDuration(ms);
      return { unit, value: f.number(value, { maximumFractionDigits: 1 }) };
    };
    return {
      words: (ms) => {
        const { unit, value } = read(ms);
        return t(WORDS[unit], { ms: value, s: value, m: value, h: value, d: value });
      },
      figure: (ms) => {
        const { unit, value } = read(ms);
        return { value, unit: t(UNITS[unit]) };
      },
    };
  }, [t, f]);
}
