"use client";

import type { ReactNode } from "react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { timeWords } from "./time-words.ts";

export interface TooltipRow {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly glyph?: ReactNode;
}

/** Exact numbers of one point or bucket: local time, UTC, then every series with its glyph, zeros too. `days` names the day. */
export function TimeTooltip(props: {
  readonly at: number;
  readonly to?: number;
  readonly days?: boolean;
  readonly rows: readonly TooltipRow[];
}) {
  const f = useFormatters();
  const words = timeWords(f, props.at, props.to, props.days === true);
  return (
    <TooltipBox
      head={
        <>
          <div className="flex justify-between gap-6 whitespace-nowrap font-mono">
            <b className="font-semibold text-tooltip-fg">{words.local}</b>
            <span className="font-sans">{f.zoneLabel(props.at)}</span>
          </div>
          <div className="flex justify-between gap-6 whitespace-nowrap font-mono">
            <span>{words.utc}</span>
            <span className="font-sans">UTC</span>
          </div>
        </>
      }
      rows={props.rows}
    />
  );
}

/** The inverted box of a chart's tooltip. */
export function TooltipBox({ head, rows }: { readonly head: ReactNode; readonly rows: readonly TooltipRow[] }) {
  return (
    <div className="min-w-[142px] rounded-control bg-tooltip px-2.5 py-2 text-12 text-tooltip-fg shadow-raised">
      <div className="mb-1.5 text-tooltip-fg-2">{head}</div>
      {rows.map((row) => (
        <div key={row.key} className="flex h-5 items-center gap-2">
          {row.glyph}
          <span>{row.label}</span>
          <span className="ml-auto pl-4 font-medium">{row.value}</span>
        </div>
      ))}
    </div>
  );
}
