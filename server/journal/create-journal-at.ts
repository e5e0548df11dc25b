import { dirname, join } from "node:path";
import type { JournalLocation } from "./archive.ts";
import type { JournalOptions, OpenJournal } from "./create-journal.ts";
import { createPostgresJournal } from "./postgres-journal.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";

/** PostgreSQL where a URL is given, else `journal.db` in the data folder. */
export function journalLocation(config: {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
}): JournalLocation {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl === undefined) return { kind: "sqlite", file: join(dataDir, "journal.db") };
  return { kind: "postgres", url: databaseUrl };
}

/** Opens the journal at a `journalLocation`, for this process alone. */
export function createJournalAt(
  location: JournalLocation,
  options: JournalOptions & { readonly pid: number },
): Promise<OpenJournal> {
  switch (location.kind) {
    case "sqlite":
      return createSqliteJournal({ ...options, dir: dirname(location.file) });
    case "postgres":
      return createPostgresJournal({ ...options, url: location.url });
  }
}
