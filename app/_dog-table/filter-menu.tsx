"use client";

import { ListFilter, Plus } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Checkbox } from "#app/_components/ui/checkbox.tsx";
import { Chip } from "#app/_components/ui/chip.tsx";
import { Popover } from "#app/_components/ui/popover.tsx";
import { CATEGORIES, REASON_CODES } from "#lib/reconnection/reason-code.ts";
import { NAME_FILTERS, type NameChoices, toggled } from "./filter-choices.ts";
import type { TableUrlState } from "./use-table-url.ts";

export interface FilterMenuProps {
  readonly tableUrl: TableUrlState;
  readonly choices: NameChoices;
  /** Reasons and categories make no sense for a list of calm dogs. */
  readonly compact?: boolean;
}

/** Category, reason, network, gateway and site. Each box acts at once; Back takes it out again. */
export function FilterMenu({ tableUrl, choices, compact = false }: FilterMenuProps) {
  const t = useTranslations();
  const { url, set } = tableUrl;
  const trigger = compact ? (
    <Button aria-label={t("table.filters")} icon={<ListFilter aria-hidden className="size-4" />} />
  ) : (
    <Chip variant="add" icon={<Plus aria-hidden className="-mr-0.5 size-3.5" />}>
      {t("table.filter")}
    </Chip>
  );
  return (
    <Popover trigger={trigger} label={t("table.filters")} align={compact ? "end" : "start"}>
      <div className="grid gap-x-6 gap-y-3 p-1 sm:grid-cols-[auto_auto_auto]">
        <Group title={t("table.column.category")}>
          {CATEGORIES.map((category) => (
            <Box
              key={category}
              checked={url.category.includes(category)}
              onChange={() => set({ category: toggled(url.category, category) })}
            >
              {t(`reasons.category.${category}`)}
            </Box>
          ))}
        </Group>
        <Group title={t("table.column.reason")}>
          {REASON_CODES.map((reason) => (
            <Box
              key={reason}
              checked={url.reason.includes(reason)}
              onChange={() => set({ reason: toggled(url.reason, reason) })}
            >
              {t(`reasons.${reason}`)}
            </Box>
          ))}
        </Group>
        <div className="flex flex-col gap-3">
          {NAME_FILTERS.map((filter) => (
            <Group key={filter} title={t(`table.column.${filter}`)}>
              {choices[filter].length === 0 && <p className="text-12 text-fg-3">{t("table.noneSeen")}</p>}
              {choices[filter].map((name) => (
                <Box
                  key={name}
                  checked={url[filter] === name}
                  onChange={() => set({ [filter]: url[filter] === name ? null : name })}
                >
                  {name}
                </Box>
              ))}
            </Group>
          ))}
        </div>
      </div>
      {tableUrl.narrowed && (
        <Button size="small" variant="ghost" className="mt-2" onClick={tableUrl.clear}>
          {t("table.clearFilters")}
        </Button>
      )}
    </Popover>
  );
}

function Group(props: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <fieldset className="flex min-w-28 flex-col gap-0.5">
      <legend className="mb-1 text-12 text-fg-3">{props.title}</legend>
      {props.children}
    </fieldset>
  );
}

function Box(props: { readonly checked: boolean; readonly onChange: () => void; readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Checkbox inside.
    <label className="flex h-7 cursor-pointer items-center gap-2 whitespace-nowrap rounded-small px-1 text-13 hover:bg-surface-hover max-md:h-10">
      <Checkbox checked={props.checked} onChange={props.onChange} />
      {props.children}
    </label>
  );
}
