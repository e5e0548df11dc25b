"use client";

import { useTranslations } from "use-intl/react";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";

/** A reason inside a sentence: "a network timeout". */
export function useCause(): (code: ReasonCode | null) => string {
  const t = useTranslations("verdict.cause");
  return (code) => t(code ?? "unknown");
}
