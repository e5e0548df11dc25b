import type { JournalRead } from "../journal.ts";
import type { Commit, EventRow, RowKey, StoredPast } from "../journal-store.ts";

/** What the worker is started with. */
export interface WorkerStart {
  readonly file: string;
  readonly maxPages?: number;
}

export type WorkerRequest =
  | { readonly type: "commit"; readonly id: number; readonly commit: Commit }
  | { readonly type: "page"; readonly id: number; readonly after: RowKey | null; readonly limit: number }
  | { readonly type: "read"; readonly id: number; readonly query: JournalRead }
  | { readonly type: "close"; readonly id: number };

export type WorkerReply =
  | { readonly type: "opened"; readonly past: StoredPast }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "done"; readonly id: number; readonly rows: readonly EventRow[] }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
