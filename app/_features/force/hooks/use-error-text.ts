"use client";

import { useTranslations } from "use-intl/react";
import { ApiError } from "#app/_live/api-error.ts";

const EXPLAINED = [
  "conflict",
  "forbidden",
  "unauthorized",
  "not_found",
  "rate_limited",
  "draining",
  "journal_unavailable",
  "upstream_unavailable",
  "upstream_timeout",
  "upstream_invalid",
  "unsupported_upstream",
  "console_unreachable",
] as const;

/** Words for a refused action: what failed and what to try. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations("force.error");
  return (error) => {
    const code = error instanceof ApiError ? EXPLAINED.find((known) => known === error.code) : undefined;
    return code === undefined ? t("other") : t(code);
  };
}
