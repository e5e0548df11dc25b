import type { JournalStore, StoredPast } from "../journal-store.ts";
import { startJournalThread, type ThreadDeps } from "./journal-thread.ts";
import type { WorkerStart } from "./messages.ts";

export interface OpenedStore {
  readonly store: JournalStore;
  readonly past: StoredPast;
}

/**
 * Opens a database in two threads, one that writes and one that reads, so that no history holds up a commit. Resolves once it
 * is open, checked and migrated; rejects with its one line otherwise.
 */
export async function openThreadedStore(
  start: Pick<WorkerStart, "location" | "maxPages">,
  deps: ThreadDeps,
): Promise<OpenedStore> {
  const writer = startJournalThread({ ...start, role: "writer" }, deps);
  // Its start overlaps the check of the database, which it does not touch before the first read.
  const reader = startJournalThread({ ...start, role: "reader" }, deps);
  try {
    const past = await writer.opened;
    return {
      past,
      store: {
        commit: async (commit) => void (await writer.ask({ type: "commit", commit })),
        page: (after, limit) => reader.ask({ type: "page", after, limit }),
        read: (query) => reader.ask({ type: "read", query }),
        // The writer leaves last: with SQLite it folds the write-ahead log into the file.
        close: () => reader.close().then(() => writer.close()),
      },
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}
