import type { DogDay, OutageRow } from "#lib/history/derived.ts";
import {
  emptyRollup,
  type Grouping,
  mergeRollup,
  ROLLUP_SIZES,
  type Rollup,
  type RollupDelta,
  type RollupSize,
} from "#lib/history/rollup.ts";
import type { JournalTables } from "./schema.ts";

/** One stored rollup row that a commit adds to. */
export interface RollupTouch {
  /** The same for the same row, and only for it. */
  readonly id: string;
  readonly size: RollupSize;
  readonly by: Grouping;
  readonly at: number;
  readonly key: string;
  /** What is added. */
  readonly delta: Rollup;
}

/** The minute and the hour of each delta, each row once, in the order of their keys: two writers never wait crosswise. */
export function touchedRollups(deltas: readonly RollupDelta[]): RollupTouch[] {
  const touches = new Map<string, RollupTouch>();
  for (const { at: minute, by, key, rollup } of deltas) {
    for (const size of ROLLUP_SIZES) {
      const at = Math.floor(minute / size) * size;
      const id = `${size} ${by} ${at} ${key}`;
      const touch = touches.get(id) ?? { id, size, by, at, key, delta: emptyRollup() };
      touches.set(id, touch);
      mergeRollup(touch.delta, rollup);
    }
  }
  return [...touches.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function outageRecord(row: OutageRow): JournalTables["outages"] {
  return {
    sn: row.sn,
    started_at: row.startedAt,
    detected_at: row.detectedAt,
    reason: row.reason,
    category: row.category,
    network: row.network,
    app: row.app,
    firmware: row.firmware,
    site: row.site,
    gateway: row.gateway,
    ended_at: row.endedAt,
    outcome: row.outcome,
    dials: row.dials,
    source: row.source,
  };
}

export function outageRow(record: JournalTables["outages"]): OutageRow {
  return {
    sn: record.sn,
    startedAt: record.started_at,
    detectedAt: record.detected_at,
    reason: record.reason,
    category: record.category,
    network: record.network,
    app: record.app,
    firmware: record.firmware,
    site: record.site,
    gateway: record.gateway,
    endedAt: record.ended_at,
    outcome: record.outcome,
    dials: record.dials,
    source: record.source,
  };
}

export function dogDayRecord(day: DogDay): JournalTables["dog_days"] {
  const { gaveUp: gave_up, recoverMs: recover_ms, ...rest } = day;
  return { ...rest, gave_up, recover_ms };
}
