import type { LineSeries } from "./line-series.ts";

/** A short piece of a line as it is drawn: colour, width and dashes. */
export function LineSwatch({ series }: { readonly series: Pick<LineSeries, "color" | "dash" | "width"> }) {
  return (
    <svg aria-hidden width="16" height="8" className="shrink-0">
      <line
        x1="0"
        y1="4"
        x2="16"
        y2="4"
        stroke={series.color}
        strokeWidth={(series.width ?? 1.5) + 0.5}
        strokeDasharray={series.dash ?? ""}
      />
    </svg>
  );
}
