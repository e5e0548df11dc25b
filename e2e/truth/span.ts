/** What is known of a number or an instant: it lies in [least, most]. One that is known exactly has both the same. */
export type Span = readonly [least: number, most: number];

export const NOTHING: Span = [0, 0];

export const plus = (span: Span, least: number, most = least): Span => [span[0] + least, span[1] + most];
export const within = (value: number, [least, most]: Span, slack = 0): boolean =>
  value >= least - slack && value <= most + slack;
export const sum = (spans: readonly Span[]): Span =>
  spans.reduce<Span>((total, span) => [total[0] + span[0], total[1] + span[1]], NOTHING);
/** What holds whichever of these is true. */
export const anyOf = (spans: readonly Span[]): Span => [
  Math.min(...spans.map(([least]) => least)),
  Math.max(...spans.map(([, most]) => most)),
];
export const inWords = ([least, most]: Span): string => (least === most ? String(least) : `${least} to ${most}`);

/** Certainly, perhaps or never: 1, 0..1 or 0 of a count. */
export type Chance = Span;

/** Whether an instant known as `span` has passed by `now`. */
export function passed(span: Span, now: number): Chance {
  return [span[1] <= now ? 1 : 0, span[0] <= now ? 1 : 0];
}

export function both(a: Chance, b: Chance): Chance {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
}

export function not([least, most]: Chance): Chance {
  return [1 - most, 1 - least];
}

/** Nearest-rank percentile of values each known as a span; `perhaps` are values that may or may not be among them. */
export function percentile(values: readonly Span[], perhaps: readonly Span[], share: number): Span | null {
  const most = values.length + perhaps.length;
  if (most === 0) return null;
  const rank = (count: number) => Math.max(1, Math.ceil(share * count)) - 1;
  const all = [...values, ...perhaps];
  const lows = all.map(([least]) => least).sort((a, b) => a - b);
  const highs = all.map(([, highest]) => highest).sort((a, b) => a - b);
  const slack = perhaps.length;
  const lowest = lows[Math.max(0, rank(values.length) - slack)] ?? 0;
  const highest = highs[Math.min(most - 1, rank(most) + slack)] ?? 0;
  // Where none is among them for certain, there may be none.
  return [values.length === 0 ? 0 : lowest, highest];
}
