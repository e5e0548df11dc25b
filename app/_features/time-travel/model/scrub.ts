import type { FleetStats } from "#lib/contracts/fleet.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A move to within this much of now is a move to live. */
const LIVE_WITHIN_MS = 1_000;

export const STEPS_MS = { minute: MINUTE_MS, tenMinutes: 10 * MINUTE_MS, hour: HOUR_MS } as const;

/** What the slider spans, epoch ms. */
export interface ScrubRange {
  readonly from: number;
  readonly to: number;
  /** The right end is now. */
  readonly endsNow: boolean;
}

/** The last 24 h as far as history reaches; a moment before them takes the day around it. `earliest` null: not known. */
export function scrubRange(options: {
  readonly now: number;
  readonly earliest: number | null;
  readonly at: number | null;
}): ScrubRange {
  const { now, at } = options;
  const earliest = Math.min(options.earliest ?? Number.NEGATIVE_INFINITY, now - MINUTE_MS);
  const day = Math.max(earliest, now - DAY_MS);
  if (at === null || at >= day || at < earliest) return { from: day, to: now, endsNow: true };
  const from = Math.max(earliest, at - DAY_MS / 2);
  return { from, to: Math.min(now, from + DAY_MS), endsNow: from + DAY_MS >= now };
}

/** The moment a move means: never before history begins, and null for live where it reaches now. */
export function moveTo(
  wanted: number,
  options: { readonly now: number; readonly earliest: number | null },
): number | null {
  if (wanted > options.now - LIVE_WITHIN_MS) return null;
  return Math.round(Math.max(wanted, options.earliest ?? wanted));
}

/** What a key on the slider means, in ms from where it is, or one of its ends. */
export function scrubKey(key: string, isShift: boolean): number | "earliest" | "live" | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return isShift ? -HOUR_MS : -MINUTE_MS;
    case "ArrowRight":
    case "ArrowUp":
      return isShift ? HOUR_MS : MINUTE_MS;
    case "PageDown":
      return -10 * MINUTE_MS;
    case "PageUp":
      return 10 * MINUTE_MS;
    case "Home":
      return "earliest";
    case "End":
      return "live";
    default:
      return null;
  }
}

/** One bucket of the strip as shares of it, 0..1. */
export interface StripBar {
  readonly at: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

/** Outages begun, bucket by bucket, within [from, to]; the tallest is 1. Buckets without any are left out. */
export function stripBars(
  stats: Pick<FleetStats, "reasons" | "reason_bucket_ms">,
  from: number,
  to: number,
): StripBar[] {
  const buckets = stats.reasons
    .map(({ at, counts }) => ({
      at: Date.parse(at),
      count: Object.values(counts).reduce((sum, count) => sum + count, 0),
    }))
    .filter(({ at, count }) => count > 0 && at + stats.reason_bucket_ms > from && at < to);
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const share = (at: number) => (Math.min(to, Math.max(from, at)) - from) / (to - from);
  return buckets.map(({ at, count }) => {
    const left = share(at);
    return { at, left, width: share(at + stats.reason_bucket_ms) - left, height: count / most, count };
  });
}
