import type { Span, SpanState } from "./timeline.ts";

/** The state a stretch of several is told as: the first of these that is in it. */
const WORST_FIRST: readonly SpanState[] = [
  "gave_up",
  "refused",
  "waiting",
  "unknown",
  "silent",
  "settling",
  "offline",
  "connected",
];
const rank = (state: SpanState): number => WORST_FIRST.indexOf(state);

/**
 * At most `most` spans over the same time, without a hole: where there are more, the shortest are told together with their
 * neighbours, as the worst of them. Longer ones keep their bounds to the millisecond. The spans are in order and meet.
 */
export function coarseSpans(spans: readonly Span[], most: number): readonly Span[] {
  if (spans.length <= most) return spans;
  // Told together up to the whole window they are one.
  let [fails, works] = [0, (spans.at(-1)?.to ?? 0) - (spans[0]?.from ?? 0) + 1];
  while (works - fails > 1) {
    const leastMs = Math.floor((fails + works) / 2);
    if (together(spans, leastMs).length <= most) works = leastMs;
    else fails = leastMs;
  }
  return together(spans, works);
}

/** Runs of spans shorter than `leastMs`, each as one span of that length or a little more; what is longer stands alone. */
function together(spans: readonly Span[], leastMs: number): readonly Span[] {
  const all: Span[] = [];
  let open: Span | undefined;
  for (const span of spans) {
    const isLong = span.to - span.from >= leastMs;
    if (open !== undefined && (isLong || open.to - open.from >= leastMs)) {
      all.push(open);
      open = undefined;
    }
    if (isLong) all.push(span);
    else if (open === undefined) open = span;
    else open = { from: open.from, to: span.to, state: rank(span.state) < rank(open.state) ? span.state : open.state };
  }
  return open === undefined ? all : [...all, open];
}
