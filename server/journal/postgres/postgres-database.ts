import type { HotDatabase, HotOptions, ReadDatabase, TableAccess } from "../database/hot-database.ts";

/** Opens, checks (synchronous_commit) and migrates the journal's tables at `url`. */
export async function openPostgresDatabase(_url: string, _options: HotOptions = {}): Promise<HotDatabase> {
  throw new Error("this build keeps no journal in PostgreSQL");
}

export async function openPostgresReader(_url: string): Promise<ReadDatabase> {
  throw new Error("this build keeps no journal in PostgreSQL");
}

export async function openPostgresTables(_url: string): Promise<TableAccess> {
  throw new Error("this build keeps no journal in PostgreSQL");
}
