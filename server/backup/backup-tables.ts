import type { JournalTables } from "#server/journal/database/schema.ts";

export type TableName = keyof JournalTables;

/** One table as a backup holds it. */
export interface BackupTable {
  readonly name: TableName;
  /** Rows are read and written in this order; together unique. */
  readonly key: readonly string[];
  /** Bytes: base64 in the file. */
  readonly bytes: readonly string[];
  /** Rows read or written at once: what is held in memory. */
  readonly batch: number;
}

type Keys = { readonly [T in TableName]: readonly (keyof JournalTables[T] & string)[] };

const KEYS = {
  alive: ["epoch"],
  events: ["epoch", "seq"],
  outages: ["sn", "started_at"],
  rollups: ["size", "by", "at", "key"],
  dog_days: ["day", "sn"],
  snapshots: ["id"],
  snapshot_shards: ["snapshot", "shard"],
  horizon: ["id"],
} as const satisfies Keys;

const WITH_BYTES: readonly TableName[] = ["snapshots", "snapshot_shards"];

/** Every table of the journal, in the order of the file. */
export const BACKUP_TABLES: readonly BackupTable[] = (Object.keys(KEYS) as TableName[]).map((name) => ({
  name,
  key: KEYS[name],
  bytes: WITH_BYTES.includes(name) ? ["body"] : [],
  batch: WITH_BYTES.includes(name) ? 8 : 1_000,
}));

export function backupTable(name: string): BackupTable | undefined {
  return BACKUP_TABLES.find((table) => table.name === name);
}
