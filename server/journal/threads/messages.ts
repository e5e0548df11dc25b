import type { JournalLocation } from "../archive.ts";
import type { JournalRead } from "../journal.ts";
import type { Commit, RowKey, StoredPast, StoredRow } from "../journal-store.ts";

/** What a thread is started with. The writer's opening checks and migrates; readers open at their first request. */
export interface WorkerStart {
  readonly role: "writer" | "reader";
  readonly location: JournalLocation;
  readonly maxPages?: number;
  /** This process has checked the database already: a thread that replaces a dead one goes on at once. */
  readonly checked?: boolean;
}

export type WorkerRequest =
  | { readonly type: "commit"; readonly id: number; readonly commit: Commit }
  | { readonly type: "page"; readonly id: number; readonly after: RowKey | null; readonly limit: number }
  | { readonly type: "read"; readonly id: number; readonly query: JournalRead }
  | { readonly type: "close"; readonly id: number };

export type WorkerReply =
  | { readonly type: "opened"; readonly past: StoredPast }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "done"; readonly id: number; readonly rows: readonly StoredRow[] }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
