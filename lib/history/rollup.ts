import type { StateCounts } from "#lib/fleet/dog.ts";
import { type LogHistogram, mergeHistogram } from "./log-histogram.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Lengths of the buckets kept. */
export const ROLLUP_SIZES = [MINUTE_MS, HOUR_MS] as const;
export type RollupSize = (typeof ROLLUP_SIZES)[number];

/** Ways the fleet is cut. `fleet` has the one key "". */
export const GROUPINGS = ["fleet", "reason", "network", "gateway", "app", "firmware", "site"] as const;
export type Grouping = (typeof GROUPINGS)[number];
/** Key of the dogs that do not say (no site, no network). */
export const UNNAMED = "";
/** Keys of one grouping beyond the first 200 are counted together under this one. */
export const OTHER_KEYS = "(other)";

/**
 * What one bucket of one group holds; adding two gives the same as counting both (docs/METRICS.md has the definitions).
 * The auth lane is in `begun`, `auth` and `flaps` only. Plain JSON; a delta is a Rollup too and may hold negative numbers.
 */
export interface Rollup {
  /** Time somebody watched (ms). Only in `fleet`. */
  watchedMs: number;
  /** Watched dog-time by state (ms), retired dogs left out. Empty by reason. */
  stateMs: Partial<StateCounts>;
  /** Watched dog-time flapping (ms). */
  flappingMs: number;
  /** Watched dog-time in outages that count, from the downtime's start (ms). */
  downMs: number;
  /** Outages by when their downtime began: all, those in the auth lane, and what became of the others. */
  begun: number;
  auth: number;
  recovered: number;
  gaveUp: number;
  /** Ended otherwise before it was decided: goodbye, cleaned, retired. */
  withdrawn: number;
  /** Gave up, and came back all the same. */
  returned: number;
  /** Times to recover of the recovered (ms). */
  recoverMs: LogHistogram;
  /** Exact sum of them. */
  recoverSumMs: number;
  /** Recovered outages by the dials they took. */
  dials: Record<string, number>;
  /** Waits before dials, as Leash dogs reported them (ms). */
  delaysMs: LogHistogram;
  /** By when it was decided. */
  decidedRecovered: number;
  decidedGaveUp: number;
  decidedRecoverMs: LogHistogram;
  /** By when they happened. */
  flaps: number;
}

/** One minute of one group. The store adds it to its minute and to its hour. */
export interface RollupDelta {
  /** Start of the minute (epoch ms). */
  readonly at: number;
  readonly by: Grouping;
  readonly key: string;
  readonly rollup: Rollup;
}

export function emptyRollup(): Rollup {
  return {
    watchedMs: 0,
    stateMs: {},
    flappingMs: 0,
    downMs: 0,
    begun: 0,
    auth: 0,
    recovered: 0,
    gaveUp: 0,
    withdrawn: 0,
    returned: 0,
    recoverMs: {},
    recoverSumMs: 0,
    dials: {},
    delaysMs: {},
    decidedRecovered: 0,
    decidedGaveUp: 0,
    decidedRecoverMs: {},
    flaps: 0,
  };
}

const SUMS = [
  "watchedMs",
  "flappingMs",
  "downMs",
  "begun",
  "auth",
  "recovered",
  "gaveUp",
  "withdrawn",
  "returned",
  "recoverSumMs",
  "decidedRecovered",
  "decidedGaveUp",
  "flaps",
] as const satisfies readonly (keyof Rollup)[];
const TABLES = [
  "stateMs",
  "recoverMs",
  "dials",
  "delaysMs",
  "decidedRecoverMs",
] as const satisfies readonly (keyof Rollup)[];

/** Adds `from` to `into`. */
export function mergeRollup(into: Rollup, from: Rollup): Rollup {
  for (const sum of SUMS) into[sum] += from[sum];
  for (const table of TABLES) mergeHistogram(into[table] as LogHistogram, from[table] as LogHistogram);
  return into;
}

/** As stored: JSON without what is zero or empty. */
export function encodeRollup(rollup: Rollup): string {
  const kept: Record<string, unknown> = {};
  for (const sum of SUMS) if (rollup[sum] !== 0) kept[sum] = rollup[sum];
  for (const table of TABLES) if (Object.keys(rollup[table]).length > 0) kept[table] = rollup[table];
  return JSON.stringify(kept);
}

/** The one cast of stored text to a rollup: only `encodeRollup` writes it. */
export function decodeRollup(text: string): Rollup {
  return { ...emptyRollup(), ...(JSON.parse(text) as Partial<Rollup>) };
}

/** `begun` of a stored rollup without decoding the rest. */
export function begunIn(text: string): number {
  return Number(/"begun":(-?\d+)/.exec(text)?.[1] ?? 0);
}
