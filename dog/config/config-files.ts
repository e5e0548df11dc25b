import { statSync } from "node:fs";
import { relative, resolve } from "node:path";

/** A warning where every user of the machine can read a file that holds a secret. */
export function openToAll(path: string, why: string): string[] {
  const OTHERS_READ = 0o004;
  try {
    const isOpen = (statSync(path).mode & OTHERS_READ) !== 0;
    return isOpen ? [`${shortName(path)}: every user of this machine can read it and ${why}; chmod 600 ${path}`] : [];
  } catch {
    return [];
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "no reason given";

/** As the operator would write it from here. */
export function shortName(path: string): string {
  const near = relative(".", path);
  return near.startsWith("..") ? resolve(path) : near || path;
}
