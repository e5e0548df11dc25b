"use client";

import clsx from "clsx";
import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "../ui/button.tsx";
import { Card, CardHead } from "../ui/card.tsx";
import { type ChartTable, DataTable } from "./data-table.tsx";

export interface LegendItem {
  readonly key: string;
  readonly label: string;
  /** Swatch or state glyph. */
  readonly glyph: ReactNode;
}

/** Buttons that hide and show series; crossed out and named when hidden. */
export function ChartLegend(props: {
  readonly items: readonly LegendItem[];
  readonly hidden?: ReadonlySet<string> | undefined;
  readonly onToggle?: ((key: string) => void) | undefined;
}) {
  const t = useTranslations("charts");
  return (
    <ul aria-label={t("legend")} className="live-data flex flex-wrap items-center gap-x-3.5 gap-y-1 text-12 text-fg-2">
      {props.items.map((item) => {
        const isHidden = props.hidden?.has(item.key) === true;
        const words = (
          <>
            {item.glyph}
            <span className={clsx(isHidden && "line-through")}>{item.label}</span>
          </>
        );
        return (
          <li key={item.key} className="flex">
            {props.onToggle === undefined ? (
              <span className="inline-flex items-center gap-1.5">{words}</span>
            ) : (
              <button
                type="button"
                aria-pressed={!isHidden}
                onClick={() => props.onToggle?.(item.key)}
                className={clsx(
                  "touch-target inline-flex items-center gap-1.5 rounded-small hover:text-fg",
                  isHidden && "opacity-55",
                )}
              >
                {words}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/**
 * The card around every chart: title, caption (unit and window), legend toggles, "View as table". `table` holds the same
 * numbers as the drawing; `empty` replaces both and says why. `height` fixes the body, so nothing moves when data comes.
 */
export function ChartFrame(props: {
  readonly title: string;
  readonly caption?: ReactNode;
  readonly legend?: readonly LegendItem[];
  readonly hidden?: ReadonlySet<string>;
  readonly onToggle?: (key: string) => void;
  /** Also on a phone, in a line of its own: for lines that nothing else names. */
  readonly legendOnPhone?: boolean;
  readonly table: ChartTable | null;
  readonly empty?: ReactNode;
  readonly actions?: ReactNode;
  readonly height?: number | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const t = useTranslations("charts");
  const titleId = useId();
  const [asTable, setAsTable] = useState(false);
  const hasTable = props.table !== null && props.empty === undefined;
  const hasLegend = props.legend !== undefined && props.empty === undefined;
  const Icon = asTable ? ChartNoAxesColumn : Table2;
  return (
    <Card aria-labelledby={titleId} className={clsx("flex flex-col", props.className)}>
      <CardHead
        id={titleId}
        title={props.title}
        caption={props.caption}
        actions={
          <>
            {hasLegend && (
              <div className="max-md:hidden">
                <ChartLegend items={props.legend ?? []} hidden={props.hidden} onToggle={props.onToggle} />
              </div>
            )}
            {props.actions}
            {hasTable && (
              <Button
                size="small"
                variant="ghost"
                className="-mr-1.5"
                aria-label={asTable ? t("viewAsChart") : t("viewAsTable")}
                aria-pressed={asTable}
                hint={asTable ? t("viewAsChart") : t("viewAsTable")}
                icon={<Icon aria-hidden className="size-4" strokeWidth={1.6} />}
                onClick={() => setAsTable(!asTable)}
              />
            )}
          </>
        }
      />
      {hasLegend && props.legendOnPhone === true && (
        <div className="px-3.5 pb-2 md:hidden">
          <ChartLegend items={props.legend ?? []} hidden={props.hidden} onToggle={props.onToggle} />
        </div>
      )}
      <div
        className={clsx(
          "relative min-h-0 px-3.5 pb-2.5",
          props.height === undefined ? "flex-1" : "flex-none max-md:min-h-fit",
        )}
        style={{ height: props.height }}
      >
        {props.empty ??
          (asTable && props.table !== null ? (
            <DataTable table={props.table} label={props.title} />
          ) : (
            <div className="live-data h-full">{props.children}</div>
          ))}
      </div>
    </Card>
  );
}
