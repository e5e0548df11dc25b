import { FLEET_OPTIONS, type FleetOptions } from "./fleet-options.ts";
import type { DogHistory, Span } from "./timeline.ts";
import { outageCounts } from "./view.ts";

/** How steady a dog was in a window. Milliseconds. */
export interface Stability {
  readonly from: number;
  readonly to: number;
  readonly watchedMs: number;
  readonly unknownMs: number;
  /** 0..1 of watched time not in an outage; null when nothing was watched. */
  readonly availability: number | null;
  /** Outages begun in the window. */
  readonly outages: number;
  readonly gaveUp: number;
  /** Watched time up per outage; null without one. */
  readonly meanBetweenMs: number | null;
  readonly meanRecoverMs: number | null;
  readonly flaps: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Downtime runs from an outage's start to the login that became stable; time nobody watched counts for neither side, nor
 * does a forced close that may still be answered in time.
 */
export function stabilityOf(
  history: DogHistory,
  from: number,
  to: number,
  options: FleetOptions = FLEET_OPTIONS,
): Stability {
  const watched = history.spans.filter((span) => span.state !== "unknown");
  const watchedMs = length(watched);
  const downMs = downtimes(history, to, options).reduce((sum, down) => sum + overlap(watched, down), 0);
  const recovered = history.ended.filter(({ outcome }) => outcome === "recovered" || outcome === "returned");
  const recoverMs = recovered.reduce((sum, outage) => sum + outage.endedAt - outage.startedAt, 0);
  const outages = history.begun.length;
  return {
    from,
    to,
    watchedMs,
    unknownMs: to - from - watchedMs,
    availability: watchedMs === 0 ? null : (watchedMs - downMs) / watchedMs,
    outages,
    gaveUp: history.ended.filter((outage) => outage.outcome === "gave_up").length,
    meanBetweenMs: outages === 0 ? null : (watchedMs - downMs) / outages,
    meanRecoverMs: recovered.length === 0 ? null : recoverMs / recovered.length,
    flaps: history.flaps.length,
  };
}

function downtimes({ ended, dog }: DogHistory, to: number, options: FleetOptions): readonly Stretch[] {
  const closed = ended
    .filter((outage) => outage.outcome !== "gave_up")
    .map((outage) => ({ from: outage.startedAt, to: outage.endedAt }));
  const open = dog?.outage;
  if (!dog || !open || !outageCounts(dog, to, options)) return closed;
  return [...closed, { from: open.startedAt, to: open.loginAt ?? to }];
}

function length(spans: readonly Stretch[]): number {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0);
}

function overlap(spans: readonly Span[], stretch: Stretch): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, stretch.to) - Math.max(span.from, stretch.from)),
    0,
  );
}
