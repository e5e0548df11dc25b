import type { ReactNode } from "react";
import { Card } from "./card.tsx";
import { type GlyphState, StateGlyph } from "./state-glyph.tsx";

/**
 * One number that answers a question: label (with glyph or window), value with unit and suffix, a foot with denominators,
 * and a sparkline (`inset={8}`) that bleeds to the card's edges. 110 px high. `alert` is a change worth an eye ("+102 in 64 s").
 */
export function KpiCard(props: {
  readonly label: ReactNode;
  readonly glyph?: GlyphState;
  readonly window?: ReactNode;
  readonly value: ReactNode;
  readonly unit?: ReactNode;
  readonly suffix?: ReactNode;
  readonly alert?: ReactNode;
  readonly foot?: ReactNode;
  readonly spark?: ReactNode;
}) {
  return (
    <Card className="live-data relative flex h-[110px] flex-col overflow-hidden px-3.5 pt-2.5 max-md:px-3">
      <h2 className="flex items-center gap-2 text-12 text-fg-2">
        {props.glyph !== undefined && <StateGlyph state={props.glyph} size={13} />}
        <span className="truncate font-medium">{props.label}</span>
        {props.window !== undefined && <span className="text-fg-3">{props.window}</span>}
      </h2>
      <p className="mt-0.5 flex items-baseline gap-1.5 whitespace-nowrap">
        <span className="live-value font-semibold text-26 tracking-[-0.03em]">{props.value}</span>
        {props.unit !== undefined && <span className="-ml-0.5 font-semibold text-[16px]">{props.unit}</span>}
        {props.suffix !== undefined && <span className="truncate text-12 text-fg-2">{props.suffix}</span>}
        {props.alert !== undefined && (
          <span className="font-semibold text-12 text-state-reconnecting">{props.alert}</span>
        )}
      </p>
      <p className="truncate text-12 text-fg-2 [&_b]:font-semibold [&_b]:text-fg [&_svg]:mr-0.5 [&_svg]:-mt-0.5 [&_svg]:inline-block max-md:tracking-[-0.02em]">
        {props.foot}
      </p>
      {props.spark !== undefined && <div className="absolute inset-x-0 bottom-0">{props.spark}</div>}
    </Card>
  );
}
