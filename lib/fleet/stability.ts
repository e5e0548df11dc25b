import { FLEET_OPTIONS, type FleetOptions } from "./fleet-options.ts";
import type { DogHistory } from "./timeline.ts";
import { outageCounts } from "./view.ts";

/** How steady a dog was in a window. Milliseconds. docs/METRICS.md has the definitions: the fleet's, of one dog. */
export interface Stability {
  readonly from: number;
  readonly to: number;
  readonly watchedMs: number;
  readonly unknownMs: number;
  /** 0..1 of watched time, but for time offline, not in an outage; null where there is none. */
  readonly availability: number | null;
  /** Outages begun in the window, outside the auth lane. */
  readonly outages: number;
  /** Decided in the window, outside the auth lane; `meanRecoverMs` is of those recovered. */
  readonly recovered: number;
  readonly gaveUp: number;
  /** Expected time up per outage; null without one. */
  readonly meanBetweenMs: number | null;
  readonly meanRecoverMs: number | null;
  readonly flaps: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Downtime runs from an outage's start to the login that became stable, or may yet, in any lane; time nobody watched, and time the dog was
 * offline, counts for neither side, nor does a forced close that may still be answered in time.
 */
export function stabilityOf(
  history: DogHistory,
  from: number,
  to: number,
  options: FleetOptions = FLEET_OPTIONS,
): Stability {
  const watched = history.spans.filter((span) => span.state !== "unknown");
  const expected = watched.filter((span) => span.state !== "offline");
  const watchedMs = length(watched);
  const expectedMs = length(expected);
  const before = lengthBefore(expected);
  const downMs = downtimes(history, to, options).reduce(
    (sum, down) => sum + Math.max(0, before(down.to) - before(down.from)),
    0,
  );
  const decided = history.ended.filter(({ category }) => category !== "auth");
  const recovered = decided.filter(({ outcome }) => outcome === "recovered");
  const recoverMs = recovered.reduce((sum, outage) => sum + outage.endedAt - outage.startedAt, 0);
  const outages = history.begun.filter(({ category }) => category !== "auth").length;
  return {
    from,
    to,
    watchedMs,
    unknownMs: to - from - watchedMs,
    availability: expectedMs === 0 ? null : (expectedMs - downMs) / expectedMs,
    outages,
    recovered: recovered.length,
    gaveUp: decided.filter((outage) => outage.outcome === "gave_up").length,
    meanBetweenMs: outages === 0 || expectedMs === 0 ? null : (expectedMs - downMs) / outages,
    meanRecoverMs: recovered.length === 0 ? null : recoverMs / recovered.length,
    flaps: history.flaps.length,
  };
}

/** Stretches in an outage. One given up lasts until the dog comes back, begins another, or is expected no more. */
function downtimes({ ended, begun, spans, dog }: DogHistory, to: number, options: FleetOptions): readonly Stretch[] {
  const returned = new Set(ended.filter(({ outcome }) => outcome === "returned").map(({ id }) => id));
  const open = dog?.outage && outageCounts(dog, to, options) ? dog.outage : null;
  const starts = begun.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
  const offline = spans.filter(({ state }) => state === "offline");
  const closed = ended
    .filter(({ id, outcome }) => outcome !== "gave_up" || !(returned.has(id) || id === open?.id))
    .map(({ startedAt, endedAt, outcome }) => {
      if (outcome !== "gave_up") return { from: startedAt, to: endedAt };
      const anew = starts[firstIndex(starts, (start) => start > startedAt)] ?? to;
      const gone = offline[firstIndex(offline, (span) => span.from >= endedAt)]?.from ?? to;
      return { from: startedAt, to: Math.min(anew, gone) };
    });
  return open === null ? closed : [...closed, { from: open.startedAt, to: open.loginAt ?? to }];
}

function length(spans: readonly Stretch[]): number {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0);
}

/** How much of the spans lies before an instant. They are in order and apart: a dog that drops every few seconds has thousands. */
function lengthBefore(spans: readonly Stretch[]): (at: number) => number {
  const whole = [0];
  for (const { from, to } of spans) whole.push((whole.at(-1) ?? 0) + to - from);
  return (at) => {
    const next = firstIndex(spans, ({ to }) => to > at);
    return (whole[next] ?? 0) + Math.max(0, at - (spans[next]?.from ?? at));
  };
}

/** The first item from which on all are so, where none after it is not; the length where none is. */
function firstIndex<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && isSo(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
