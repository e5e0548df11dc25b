"use client";

import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { Skeleton, SkeletonRows } from "#app/_components/ui/skeleton.tsx";
import { errorCode } from "./list-foot.tsx";
import type { DogListState } from "./use-dog-list.ts";
import type { TableUrlState } from "./use-table-url.ts";

/** Rows on their way, at their final size. */
export function TableSkeleton({ compact }: { readonly compact: boolean }) {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")}>
      {!compact && (
        <div className="flex h-8 items-center border-border border-b bg-bg px-5">
          <Skeleton width={320} height={8} />
        </div>
      )}
      <SkeletonRows rows={compact ? 8 : 20} rowHeight={compact ? 79 : 36} />
    </div>
  );
}

/** No rows: the list failed, the filter took them all, or there are none, each with what to do next. */
export function TableTrouble(props: {
  readonly list: DogListState;
  readonly tableUrl: TableUrlState;
  readonly empty: ReactNode;
  readonly unfiltered: number | null;
}) {
  const t = useTranslations("table");
  const { list, tableUrl, unfiltered } = props;
  if (list.error !== null)
    return (
      <ErrorState
        title={t("errorTitle")}
        text={t("errorTextAll")}
        code={errorCode(list.error)}
        onRetry={list.retry}
        className="py-16"
      />
    );
  if (!tableUrl.narrowed) return <div className="py-16">{props.empty}</div>;
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title={t("emptyFiltered")}
      text={unfiltered === null ? t("emptyFilteredTextUnknown") : t("emptyFilteredText", { total: unfiltered })}
      className="py-16"
    >
      <Button size="small" onClick={tableUrl.clear}>
        {t("clearFilters")}
      </Button>
    </EmptyState>
  );
}
