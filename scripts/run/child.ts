import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const KEPT_LINES = 20;
const ROOT = resolve(import.meta.dirname, "../..");

export interface ChildSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** How long a polite stop may take before the process group is killed, in ms. */
  readonly graceMs: number;
}

export interface Child {
  readonly name: string;
  /** Resolves once, to how it ended in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Its last lines among those not shown. */
  untoldLines(): readonly string[];
  /** SIGTERM to the whole process group, SIGKILL after the grace. Idempotent; resolves when it has ended. */
  stop(): Promise<void>;
  killNow(): void;
}

const TROUBLE: Readonly<Record<string, string>> = {
  warn: "warning",
  error: "error",
  fatal: "error",
  40: "warning",
  50: "error",
  60: "error",
};

/** A log line of level warn or above as text, a line that is no JSON if it sounds like trouble, else undefined. */
export function worthShowing(line: string): string | undefined {
  if (!line.startsWith("{")) return /^\s*(⚠|⨯|warn(ing)?\b|error\b|fatal\b)/i.test(line) ? line : undefined;
  try {
    const entry: { level?: unknown; msg?: unknown } = JSON.parse(line);
    const word = TROUBLE[String(entry.level)];
    return word === undefined ? undefined : `${word}: ${String(entry.msg ?? line)}`;
  } catch {
    return line;
  }
}

/**
 * Starts Node with `args` in a process group of its own, so that Ctrl+C reaches us alone and we stop children in order.
 * `show` gets the lines of stdout worth showing and every line of stderr.
 */
export function startChild(spec: ChildSpec, show: (line: string) => void): Child {
  const child = spawn(process.execPath, spec.args, {
    cwd: ROOT,
    env: spec.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const kept: string[] = [];
  const read = (stream: Readable, select: (line: string) => string | undefined) => {
    createInterface({ input: stream }).on("line", (line) => {
      const shown = select(line);
      if (shown !== undefined && shown.trim() !== "") return show(shown);
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
    });
  };
  read(child.stdout, worthShowing);
  read(child.stderr, (line) => (line.startsWith("{") ? worthShowing(line) : line));
  return { name: spec.name, untoldLines: () => kept, ...endingOf(child, spec.graceMs) };
}

function endingOf(child: ChildProcess, graceMs: number): Pick<Child, "ended" | "stop" | "killNow"> {
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string) => {
      over = true;
      resolve(how);
    };
    child.once("error", (error) => finish(error.message));
    child.once("close", (code, signal) => finish(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const signal = (name: NodeJS.Signals) => {
    if (over || child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      child.kill(name);
    }
  };
  const stop = async () => {
    signal("SIGTERM");
    const timer = setTimeout(() => signal("SIGKILL"), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { ended, stop, killNow: () => signal("SIGKILL") };
}
