import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const tasks = new Set<() => void>();
let armed = false;

/** Has `task` done when this process ends, by a signal too. Returns its cancel. */
export function atExit(task: () => void): () => void {
  arm();
  tasks.add(task);
  return () => {
    tasks.delete(task);
  };
}

/** A folder of our own, gone when this process ends or when `remove` is called. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "leash-bench-"));
  const erase = () => rmSync(path, { recursive: true, force: true });
  const cancel = atExit(erase);
  return {
    path,
    remove() {
      cancel();
      erase();
    },
  };
}

function arm(): void {
  if (armed) return;
  armed = true;
  process.on("exit", () => {
    for (const task of tasks) task();
  });
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
}
