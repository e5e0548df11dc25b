import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Another process owns the data folder. */
export class DataFolderInUse extends Error {
  constructor(dir: string, pid: string | undefined) {
    super(`the data folder ${dir} is in use by ${pid ? `process ${pid}` : "another process"}`);
    this.name = "DataFolderInUse";
  }
}

/**
 * Takes the data folder for this process: an exclusive SQLite lock on `lock.db`, which the kernel frees at the instant the
 * owner dies, however it dies. `lock.pid` only words the message. Returns the release.
 */
export function lockDataFolder(dir: string, pid: number): () => void {
  const lock = new DatabaseSync(join(dir, "lock.db"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DataFolderInUse(dir, readPid(dir));
    throw error;
  }
  writeFileSync(join(dir, "lock.pid"), `${pid}\n`, { mode: 0o600 });
  return () => lock.close();
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (error.errcode === 5 || error.errcode === 6);
}

function readPid(dir: string): string | undefined {
  try {
    return /^\d+/.exec(readFileSync(join(dir, "lock.pid"), "utf8"))?.[0];
  } catch {
    return undefined;
  }
}
