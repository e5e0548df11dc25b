/** Most points a chart draws; more than that no eye tells apart. */
export const MAX_POINTS = 120;

export interface Scale {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** An axis from zero to a round number at or above `max`, in `intervals` equal whole steps where counts allow. */
export function zeroScale(max: number, intervals = 2): Scale {
  const raw = Math.max(1, Number.isFinite(max) ? max : 1) / intervals;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10].find(
    (f) => f * magnitude >= raw - 1e-9 && Number.isInteger(f * magnitude),
  );
  const step = factor === undefined ? Math.ceil(raw) : factor * magnitude;
  const ticks = Array.from({ length: intervals + 1 }, (_, index) => step * index);
  return { max: step * intervals, ticks };
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** A step and its double are both said in one unit: "30 s" and "1 min". */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((s) => s * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * MINUTE),
  ...[1, 2, 3, 6, 12].map((h) => h * HOUR),
  ...[1, 2, 5, 10, 30, 100].map((d) => d * DAY),
];

/** An axis of durations (ms) from zero in two steps that read well. */
export function durationScale(maxMs: number): Scale {
  const half = Math.max(0, Number.isFinite(maxMs) ? maxMs : 0) / 2;
  const step = DURATION_STEPS.find((candidate) => candidate >= half) ?? Math.ceil(half / DAY) * DAY;
  return { max: 2 * step, ticks: [0, step, 2 * step] };
}

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((s) => s * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((h) => h * HOUR),
  ...[1, 2, 5, 7].map((d) => d * DAY),
];

/**
 * Round local times within [from, to], at most `most` of them. `offsetMs` is the zone's offset from UTC (ms), so that
 * hours fall on the operator's full hours.
 */
export function timeTicks(from: number, to: number, most = 7, offsetMs = 0): number[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const step = STEPS.find((candidate) => span / candidate <= most) ?? Math.ceil(span / most);
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs;
  const ticks: number[] = [];
  for (let at = first; at <= to && ticks.length <= most + 1; at += step) ticks.push(at);
  return ticks;
}

/** At most `most` items, evenly thinned, always with the last: what is now is never dropped. */
export function thin<T>(items: readonly T[], most: number = MAX_POINTS): readonly T[] {
  if (items.length <= most) return items;
  const stride = items.length / most;
  return Array.from(
    { length: most },
    (_, index) => items[Math.min(items.length - 1, Math.ceil((index + 1) * stride) - 1)],
  ).filter((item): item is T => item !== undefined);
}

/** Where `at` lies in [from, to], 0..1, clamped. */
export function fractionOf(at: number, from: number, to: number): number {
  return to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0;
}

const WALL_CLOCK = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

/** A formatter takes milliseconds to make, and every draw of a chart asks. A browser has one zone. */
let wall: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined;

/** A zone's offset from UTC at an instant, in ms. */
export function zoneOffsetMs(at: number, timeZone: string): number {
  if (wall?.timeZone !== timeZone)
    wall = { timeZone, format: new Intl.DateTimeFormat("en", { ...WALL_CLOCK, timeZone }) };
  const parts = wall.format.formatToParts(new Date(at));
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(
    value("year"),
    value("month") - 1,
    value("day"),
    value("hour"),
    value("minute"),
    value("second"),
  );
  return local - Math.floor(at / 1_000) * 1_000;
}

/** Characters of labels that fit under the narrowest chart, a space after each. */
const LABEL_ROOM = 21;

/** Every how many bars carry their label so that no two touch. */
export function labelStride(bars: readonly { readonly label: string }[]): number {
  for (let stride = 1; stride < bars.length; stride++) {
    const room = bars.reduce((sum, { label }, index) => sum + (index % stride === 0 ? label.length + 1 : 0), 0);
    if (room <= LABEL_ROOM) return stride;
  }
  return Math.max(1, bars.length);
}
