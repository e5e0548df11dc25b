export type LaneState =
  | "connected"
  | "silent"
  | "waiting"
  | "planned"
  | "may_give_up"
  | "gave_up"
  | "offline"
  | "unknown";

/** A stretch of one state, epoch ms. */
export interface LaneSpan {
  readonly from: number;
  readonly to: number;
  readonly state: LaneState;
}

const MOST_SPANS = 400;

/** Spans within [from, to] as fractions of it, cut at its edges, in order of time; empty ones are left out. */
export function placeSpans(
  spans: readonly LaneSpan[],
  from: number,
  to: number,
): (LaneSpan & { readonly left: number; readonly width: number })[] {
  const range = to - from;
  if (!(range > 0)) return [];
  return spans
    .filter((span) => span.to > from && span.from < to && span.to > span.from)
    .sort((a, b) => a.from - b.from)
    .slice(-MOST_SPANS)
    .map((span) => {
      const start = Math.max(span.from, from);
      return { ...span, left: (start - from) / range, width: (Math.min(span.to, to) - start) / range };
    });
}
