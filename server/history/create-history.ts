import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetSnapshots } from "#server/fleet/fleet-tail.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import { bootSnapshots } from "./boot-snapshot.ts";
import type { FleetHistory } from "./fleet-history.ts";
import type { HistoryLog } from "./history-log.ts";
import { type HistoryThread, startHistoryThread } from "./history-thread.ts";
import type { PastStart } from "./messages.ts";
import type { Ask, OutageKey, Page } from "./questions.ts";

export interface HistoryDeps extends PastStart {
  readonly clock: Clock;
  readonly log: HistoryLog;
}

export interface OpenHistory extends FleetHistory {
  /** What a start goes on from: the newest snapshot that is no later than what the live fold has told (null: nothing yet). */
  snapshots(toldThrough: number | null): FleetSnapshots;
  /** The live fold has its state: retention may begin. */
  booted(): void;
}

/** The past in a thread of its own. Its journal has to be open: the writer makes the tables. */
export function createHistory({ clock, log, location, settings }: HistoryDeps): OpenHistory {
  const thread = startHistoryThread({ location, settings }, { clock, log });
  return historyOver(thread.ask, { ...thread, clock, log });
}

/** The port over whatever answers; tests have it in one thread. */
export function historyOver(
  ask: Ask,
  { clock, log, booted, close }: Omit<HistoryThread, "ask"> & { readonly clock: Clock; readonly log: HistoryLog },
): OpenHistory {
  function assertPast(at: number): void {
    if (at <= clock.now()) return;
    const fields = [{ field: "at", message: "lies in the future" }];
    throw new AppError("invalid_input", "bad query: at", { fields });
  }
  return {
    stats: (query) => ask("stats", query),
    leastStable: (query) => ask("leastStable", query),
    outages: (query) => pagesOf((after: OutageKey | null) => ask("outagePage", query, after)),
    events: (query) => pagesOf((after: RowKey | null) => ask("eventPage", query, after)),
    timeline: (sn, range) => ask("timeline", sn, range),
    async summaryAt(at) {
      assertPast(at);
      return ask("summaryAt", at);
    },
    async pageAt(at, query, scope) {
      assertPast(at);
      return ask("pageAt", at, query, scope);
    },
    earliest: () => ask("earliest"),
    facts: () => ask("facts"),
    snapshots: (toldThrough) => bootSnapshots(ask, toldThrough, { clock, log }),
    booted,
    close,
  };
}

/** Page after page, one at a time; ending the loop early ends the reading. */
async function* pagesOf<T, Key>(read: (after: Key | null) => Promise<Page<T, Key>>): AsyncIterable<readonly T[]> {
  for (let after: Key | null = null; ; ) {
    const { items, next }: Page<T, Key> = await read(after);
    if (items.length > 0) yield items;
    if (next === null) return;
    after = next;
  }
}
