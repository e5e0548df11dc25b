import { readFileSync, statSync } from "node:fs";

/** The file's text and a stamp of its state; undefined where the stamp is still `known`. Throws what the system says. */
export function readIfChanged(path: string, known: string | undefined): { text: string; stamp: string } | undefined {
  const { mtimeMs, size, ino } = statSync(path);
  const stamp = `${mtimeMs}/${size}/${ino}`;
  return stamp === known ? undefined : { text: readFileSync(path, "utf8"), stamp };
}
