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

export interface PlacedSpan extends LaneSpan {
  /** Shares of the lane, 0..1. */
  readonly left: number;
  readonly width: number;
  /** Stretches drawn as this one, because each alone is narrower than a stroke; its state is their worst. */
  readonly merged: number;
}

/** Slots of a lane: stretches narrower than one are drawn together with their neighbours. */
const SLOTS = 400;
/** From bad to well: what a slot shows of several. */
const WORST_FIRST: readonly LaneState[] = [
  "gave_up",
  "may_give_up",
  "waiting",
  "planned",
  "silent",
  "unknown",
  "offline",
  "connected",
];
const worse = (a: LaneState, b: LaneState) => (WORST_FIRST.indexOf(a) <= WORST_FIRST.indexOf(b) ? a : b);

/** Spans within [from, to] as fractions of it, cut at its edges, in order of time; empty ones are left out, and no outage is lost. */
export function placeSpans(spans: readonly LaneSpan[], from: number, to: number): PlacedSpan[] {
  const range = to - from;
  if (!(range > 0)) return [];
  const placed = spans
    .filter((span) => span.to > from && span.from < to && span.to > span.from)
    .sort((a, b) => a.from - b.from)
    .map((span) => {
      const start = Math.max(span.from, from);
      return { ...span, left: (start - from) / range, width: (Math.min(span.to, to) - start) / range, merged: 1 };
    });
  return placed.length <= SLOTS ? placed : mergeNarrow(placed);
}

function mergeNarrow(placed: readonly PlacedSpan[]): PlacedSpan[] {
  const drawn: PlacedSpan[] = [];
  let run: PlacedSpan | null = null;
  for (const span of placed) {
    if (span.width >= 1 / SLOTS) {
      if (run !== null) drawn.push(run);
      run = null;
      drawn.push(span);
      continue;
    }
    run = run === null ? span : join(run, span);
    if (run.width < 1 / SLOTS) continue;
    drawn.push(run);
    run = null;
  }
  if (run !== null) drawn.push(run);
  return drawn;
}

const join = (a: PlacedSpan, b: PlacedSpan): PlacedSpan => ({
  from: a.from,
  to: b.to,
  state: worse(a.state, b.state),
  left: a.left,
  width: b.left + b.width - a.left,
  merged: a.merged + b.merged,
});

/** The span that holds an instant. */
export const spanAt = (spans: readonly LaneSpan[], at: number): LaneSpan | undefined =>
  spans.findLast((span) => span.from <= at && at < span.to);

/** `whole`, and in [from, to] what was asked for that stretch alone. */
export function withStretch(
  whole: readonly LaneSpan[],
  stretch: { readonly from: number; readonly to: number; readonly spans: readonly LaneSpan[] },
): LaneSpan[] {
  const before = whole
    .filter((span) => span.from < stretch.from)
    .map((span) => ({ ...span, to: Math.min(span.to, stretch.from) }));
  const after = whole
    .filter((span) => span.to > stretch.to)
    .map((span) => ({ ...span, from: Math.max(span.from, stretch.to) }));
  return [...before, ...stretch.spans, ...after];
}
