"use client";

import { useTranslations } from "use-intl/react";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { instantMs } from "./row-times.ts";
import type { DogListState } from "./use-dog-list.ts";

/** Stable code of an error, for the operator to quote. */
export const errorCode = (error: unknown) => (error instanceof ApiError ? error.code : "internal");

/** Below the last row: how many there are and as of when, what is on its way, or what failed. */
export function ListFoot({ list }: { readonly list: DogListState }) {
  const t = useTranslations("table");
  const f = useFormatters();
  const { page } = list;
  if (list.failedMore)
    return (
      <ErrorState title={t("errorMore")} text={t("errorText")} code={errorCode(list.error)} onRetry={list.retry} />
    );
  if (page === null) return null;
  if (list.hasMore) return <output>{t("loadingMore", { loaded: list.rows.length, total: page.total })}</output>;
  const asOf = instantMs(page.as_of);
  return <>{t("allLoaded", { total: page.total, time: asOf === null ? "" : f.clock(asOf) })}</>;
}
