import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BackupError, type BackupSecret } from "./backup-lines.ts";

/** What the data folder holds besides the journal, and a gateway cannot make again: without the pepper no dog's token is known. */
const NAMES = ["api-token", "dog-token-pepper"] as const;

export function readSecrets(dir: string): readonly BackupSecret[] {
  return NAMES.flatMap((name) => {
    const text = read(join(dir, name));
    return text === undefined ? [] : [{ folder_file: name, text }];
  });
}

/** Throws a BackupError where the folder has other secrets than these: they are in use by somebody. */
export function refuseOtherSecrets(dir: string, secrets: readonly BackupSecret[]): void {
  for (const { folder_file: name, text } of secrets) {
    const existing = read(join(dir, name));
    if (existing !== undefined && existing !== text)
      throw new BackupError(`${join(dir, name)} is another one than the backup's: restore into an empty folder`);
  }
}

/** Mode 0600, on the disk. Those that are there already are left as they are. Returns how to take back what was written. */
export function writeSecrets(dir: string, secrets: readonly BackupSecret[]): () => void {
  const written: string[] = [];
  const takeBack = () => {
    for (const path of written) rmSync(path, { force: true });
  };
  try {
    for (const { folder_file: name, text } of secrets) {
      const path = join(dir, name);
      if (read(path) !== undefined) continue;
      const file = openSync(path, "wx", 0o600);
      written.push(path);
      writeSync(file, text);
      fsyncSync(file);
      closeSync(file);
      chmodSync(path, 0o600);
    }
  } catch (error) {
    takeBack();
    throw error;
  }
  return takeBack;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
