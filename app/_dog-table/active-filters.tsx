"use client";

import { useTranslations } from "use-intl/react";
import { FilterChip } from "#app/_components/ui/chip.tsx";
import { NAME_FILTERS } from "./filter-choices.ts";
import type { TableUrlState } from "./use-table-url.ts";

/** A chip for every filter in force besides the search and the state, each with its cross. */
export function ActiveFilters({ tableUrl }: { readonly tableUrl: TableUrlState }) {
  const t = useTranslations();
  const { url, set } = tableUrl;
  return (
    <>
      {url.category.length > 0 && (
        <FilterChip
          name={t("table.column.category")}
          value={url.category.map((category) => t(`reasons.category.${category}`)).join(", ")}
          onRemove={() => set({ category: null })}
        />
      )}
      {url.reason.length > 0 && (
        <FilterChip
          name={t("table.column.reason")}
          value={url.reason.map((reason) => t(`reasons.${reason}`)).join(", ")}
          onRemove={() => set({ reason: null })}
        />
      )}
      {NAME_FILTERS.map((filter) => {
        const name = url[filter];
        if (name === null) return null;
        return (
          <FilterChip
            key={filter}
            name={t(`table.column.${filter}`)}
            value={name}
            onRemove={() => set({ [filter]: null })}
          />
        );
      })}
    </>
  );
}
