import { DatabaseSync } from "node:sqlite";

/** One row of the journal as it lies on the disk. */
export interface JournalRow {
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  readonly sn: string | null;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Reads the whole journal, read-only, whether or not a gateway is writing it. In the order of time. */
export function readJournal(file: string): JournalRow[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = db.prepare("SELECT epoch, seq, at, sn, type, body FROM events ORDER BY at, epoch, seq").all();
    return rows.map((row) => ({
      epoch: String(row.epoch),
      seq: Number(row.seq),
      at: Number(row.at),
      sn: row.sn === null ? null : String(row.sn),
      type: String(row.type),
      body: JSON.parse(String(row.body)) as Record<string, unknown>,
    }));
  } finally {
    db.close();
  }
}
