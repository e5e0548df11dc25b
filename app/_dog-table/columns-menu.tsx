"use client";

import { Columns3 } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { DropdownMenu, MenuCheckItem, MenuItem, MenuSeparator } from "#app/_components/ui/dropdown-menu.tsx";
import { type ColumnFrom, chooseColumn, columnChoice, type DogColumns } from "./dog-columns.ts";
import type { TableUrlState } from "./use-table-url.ts";

/** Columns that may be hidden; `width` is the table's own, so that the ticks say what shows now. */
export function ColumnsMenu(props: {
  readonly columns: DogColumns;
  readonly tableUrl: TableUrlState;
  readonly width: () => number;
}) {
  const t = useTranslations("table");
  const { cols } = props.tableUrl.url;
  const isShown = (id: string, from: ColumnFrom | undefined) => {
    const choice = columnChoice(cols, id);
    return choice === "auto" ? from === undefined || props.width() >= from : choice === "shown";
  };
  return (
    <DropdownMenu
      trigger={
        <Button icon={<Columns3 aria-hidden className="size-3.5" />}>
          <span className="max-xl:sr-only">{t("columns")}</span>
        </Button>
      }
    >
      {props.columns.map((column) => {
        const { id, meta } = column;
        if (id === undefined || meta === undefined || ALWAYS.has(id)) return null;
        const shown = isShown(id, meta.from);
        return (
          <MenuCheckItem
            key={id}
            checked={shown}
            onChange={(next) => props.tableUrl.set({ cols: chooseColumn(cols, id, next) })}
          >
            {t(`column.${meta.label}`)}
          </MenuCheckItem>
        );
      })}
      <MenuSeparator />
      <MenuItem disabled={cols.length === 0} onSelect={() => props.tableUrl.set({ cols: null })}>
        {t("resetColumns")}
      </MenuItem>
    </DropdownMenu>
  );
}

/** Without these a row is nobody's, or nothing can be done about it. */
const ALWAYS: ReadonlySet<string> = new Set(["state", "dog", "force"]);
