import { randomBytes } from "node:crypto";
import { AppError } from "#lib/errors/app-error.ts";
import { createJournal, type JournalOptions, type OpenJournal } from "./create-journal.ts";
import type { JournalStore } from "./journal-store.ts";
import { sessionName } from "./postgres/database-lock.ts";
import { openThreadedStore } from "./threads/threaded-store.ts";

export interface PostgresJournalOptions extends JournalOptions {
  /** `postgres://user:password@host:port/database`; this process alone writes there until `close`. */
  readonly url: string;
  readonly pid: number;
}

/**
 * Opens the journal in a PostgreSQL database. Rejects with one line for a server that cannot be reached, that would not keep
 * what it answers (`synchronous_commit`), or that another gateway writes to.
 */
export async function createPostgresJournal(options: PostgresJournalOptions): Promise<OpenJournal> {
  const { url, pid, ...rest } = options;
  const named = new URL(url);
  named.searchParams.set("application_name", sessionName(pid, randomBytes(4).toString("hex"), rest.gateway));
  const { store, past } = await openThreadedStore({ location: { kind: "postgres", url: named.href } }, rest);
  return createJournal(readingWhileThere(store), past, rest);
}

/** A server that is away is a reason to ask again, not a fault of ours. */
function readingWhileThere(store: JournalStore): JournalStore {
  return {
    commit: (commit) => store.commit(commit),
    page: (after, limit) => store.page(after, limit).catch(unreadable),
    read: (query) => store.read(query).catch(unreadable),
    close: () => store.close(),
  };
}

function unreadable(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new AppError("journal_unavailable", `the journal cannot be read: ${message}`, { retryAfterS: 1, cause });
}
