import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createJournal, type JournalOptions, type OpenJournal } from "./create-journal.ts";
import type { JournalStore } from "./journal-store.ts";
import { lockDataFolder } from "./sqlite/owner-lock.ts";
import { openThreadedStore } from "./threads/threaded-store.ts";

export interface SqliteJournalOptions extends JournalOptions {
  /** The data folder; made where missing, owned by this process until `close`. */
  readonly dir: string;
  readonly pid: number;
  /** Bounds the database file; tests fill a disk with it. */
  readonly maxPages?: number;
}

/** Opens `journal.db` in `dir`. Rejects with `DataFolderInUse` naming its owner, or with one line for a damaged file. */
export async function createSqliteJournal(options: SqliteJournalOptions): Promise<OpenJournal> {
  const { dir, pid, maxPages, ...rest } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const release = lockDataFolder(dir, pid);
  try {
    const location = { kind: "sqlite", file: join(dir, "journal.db") } as const;
    const { store, past } = await openThreadedStore(
      { location, ...(maxPages === undefined ? {} : { maxPages }) },
      rest,
    );
    return createJournal(releasing(store, release), past, rest);
  } catch (error) {
    release();
    throw error;
  }
}

/** The folder is free once the database is closed, not before. */
function releasing(store: JournalStore, release: () => void): JournalStore {
  return {
    commit: (commit) => store.commit(commit),
    page: (after, limit) => store.page(after, limit),
    read: (query) => store.read(query),
    close: () => store.close().finally(release),
  };
}
