import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const CORE = { server: "0", clients: "1" } as const;

/** True where `taskset` works and there are two cores to share out. */
export const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** The command line that runs `command` on its side's core; unchanged where `pin` is false or nothing can be pinned. */
export function pinned(side: keyof typeof CORE, pin: boolean, command: readonly string[]): readonly string[] {
  return pin && canPin ? ["taskset", "-c", CORE[side], ...command] : command;
}
