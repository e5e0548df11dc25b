import { AppError } from "#lib/errors/app-error.ts";
import type { Journal } from "#server/journal/journal.ts";

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError("journal_unavailable", message, { cause, retryAfterS: 1 });
}

/** Throws `journal_unavailable` before anything is done when a commit could not be promised. */
export function assertWritable(journal: Journal): void {
  if (journal.health().status !== "ok") throw unavailable("the journal is not writing; nothing was changed, try again");
}

/** Resolves once everything appended so far is committed: only then may a mutating call be answered 2xx. */
export async function acknowledged(journal: Journal): Promise<void> {
  try {
    await journal.committed();
  } catch (error) {
    throw unavailable("the journal did not confirm this in time; look before trying again", error);
  }
}
