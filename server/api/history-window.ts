import { STATS_WINDOWS, type StatsWindow } from "#lib/contracts/fleet.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import type { Range } from "#server/history/fleet-history.ts";
import { BY_MINUTE_MS } from "#server/history/rollup-reads.ts";

const DEFAULT_WINDOW: StatsWindow = "1h";
const LONGEST_STATS_MS = 366 * DAY_MS;
const LONGEST_TIMELINE_MS = 31 * DAY_MS;

interface WindowGiven {
  readonly window?: StatsWindow | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

function badField(field: string, message: string): AppError {
  return new AppError("invalid_input", `bad query: ${field}`, { fields: [{ field, message }] });
}

/** A window that has begun and is no longer than `longestMs`, or a 400 that names the field. It never reaches past `now`. */
function boundedRange(from: number, given: WindowGiven, now: number, longestMs: number): Range {
  const to = Math.min(given.to ?? now, now);
  if (from >= to) {
    if (given.to !== undefined && from < given.to) throw badField("from", "lies in the future");
    throw given.from === undefined
      ? badField("to", "is too early")
      : badField("from", "must be earlier than `to`, and than now");
  }
  if (to - from > longestMs) throw badField("from", `a window is ${longestMs / DAY_MS} days at most`);
  return { from, to };
}

/** The window asked for, an hour where none is, as whole minutes (hours beyond two days) that end with `now` at the latest. */
export function statsRange(given: WindowGiven, now: number): Range {
  const end = Math.min(given.to ?? now, now);
  const from = given.from ?? end - STATS_WINDOWS[given.window ?? DEFAULT_WINDOW];
  const range = boundedRange(Math.max(0, from), given, now, LONGEST_STATS_MS + DAY_MS);
  const stepMs = range.to - range.from > BY_MINUTE_MS ? HOUR_MS : MINUTE_MS;
  return {
    from: Math.floor(range.from / stepMs) * stepMs,
    to: Math.min(now, Math.ceil(range.to / stepMs) * stepMs),
  };
}

/** The window of one dog's timeline: a day where none is asked for. */
export function timelineRange(given: Pick<WindowGiven, "from" | "to">, now: number): Range {
  const end = Math.min(given.to ?? now, now);
  return boundedRange(given.from ?? Math.max(0, end - DAY_MS), given, now, LONGEST_TIMELINE_MS);
}

/** What an export covers, open at either end. */
export function exportRange({ from, to }: Pick<WindowGiven, "from" | "to">): Partial<Range> {
  if (from !== undefined && to !== undefined && from >= to) throw badField("to", "must be later than `from`");
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** An instant that has been. */
export function pastInstant(at: number, now: number): number {
  if (at > now) throw badField("at", "lies in the future");
  return at;
}
