import type { JournalLocation } from "../archive.ts";
import { openSqliteDatabase, openSqliteReader, openSqliteTables } from "../sqlite/sqlite-database.ts";
import type { HotDatabase, HotOptions, ReadDatabase, TableAccess } from "./hot-database.ts";

/** Opens, checks and migrates. Throws one clear line for a database that cannot be written durably, or is damaged. */
export async function openHot(location: JournalLocation, options: HotOptions = {}): Promise<HotDatabase> {
  switch (location.kind) {
    case "sqlite":
      return openSqliteDatabase(location.file, options);
    case "postgres":
      return (await postgres()).openPostgresDatabase(location.url);
  }
}

/** The writer has to have opened the database before. */
export async function openReader(location: JournalLocation): Promise<ReadDatabase> {
  switch (location.kind) {
    case "sqlite":
      return openSqliteReader(location.file);
    case "postgres":
      return (await postgres()).openPostgresReader(location.url);
  }
}

/** As `openReader`, to read and write beside the hot path. */
export async function openTables(location: JournalLocation): Promise<TableAccess> {
  switch (location.kind) {
    case "sqlite":
      return openSqliteTables(location.file);
    case "postgres":
      return (await postgres()).openPostgresTables(location.url);
  }
}

/** Its client is loaded where it is used, and nowhere else. */
function postgres(): Promise<typeof import("../postgres/postgres-database.ts")> {
  return import("../postgres/postgres-database.ts");
}
