import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: "pipe" });

/** A data folder that can be filled to the last byte and emptied again, by a means that is named. */
export interface SmallDisk {
  readonly dir: string;
  /** Put before the gateway's command. */
  readonly launcher: readonly string[];
  fill(pid: number): void;
  free(pid: number): void;
  /** Idempotent. */
  remove(): void;
}

export type FullBy = "a full file system" | "a bound on file sizes";

/** A file system of its own takes root; what the process may write, anyone may bound. */
export function fullBy(): FullBy {
  try {
    run("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    return "a full file system";
  } catch {
    return "a bound on file sizes";
  }
}

export function createSmallDisk(dir: string, by: FullBy): SmallDisk {
  const disk = join(dir, "disk");
  mkdirSync(disk);
  return by === "a full file system" ? mountedDisk(disk) : limitedDisk(disk);
}

function mountedDisk(disk: string): SmallDisk {
  run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk);
  const filler = join(disk, "filler");
  let mounted = true;
  return {
    dir: disk,
    launcher: [],
    fill() {
      try {
        writeFileSync(filler, Buffer.alloc(16 * 1_024 * 1_024));
      } catch {
        // Full: what was to be reached.
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove() {
      if (mounted) run("umount", "-l", disk);
      mounted = false;
    },
  };
}

/** No file may grow past the largest of them: the next page of the journal's log finds no room (EFBIG instead of ENOSPC). */
function limitedDisk(disk: string): SmallDisk {
  return {
    dir: disk,
    launcher: ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"],
    fill(pid) {
      const largest = Math.max(...readdirSync(disk).map((name) => statSync(join(disk, name)).size));
      run("prlimit", "--pid", String(pid), `--fsize=${largest}:`);
    },
    free: (pid) => run("prlimit", "--pid", String(pid), "--fsize=unlimited:"),
    remove() {},
  };
}
