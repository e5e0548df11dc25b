import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { LogLine } from "#dog/fleet/fleet-log.ts";
import { parseLog, wholeUntil } from "./read-log.ts";

const FLEET = fileURLToPath(new URL("../../dog/fleet/main.ts", import.meta.url));
const WRITTEN_WITHIN_MS = 10_000;

/** A simulated fleet in a process of its own, and the log it writes. Whoever starts one stops it. */
export class FleetRun {
  readonly #child: ChildProcess;
  readonly #dir: string;
  #said = "";

  private constructor(child: ChildProcess, dir: string) {
    this.#child = child;
    this.#dir = dir;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text: Buffer) => {
        this.#said = (this.#said + text.toString()).slice(-4_000);
      });
  }

  static async start(args: readonly string[], token: string): Promise<FleetRun> {
    const dir = await mkdtemp(join(tmpdir(), "leash-truth-"));
    const env = { NODE_ENV: "production", PATH: process.env.PATH ?? "", DOG_SHARED_TOKEN: token } as const;
    const child = spawn(process.execPath, [FLEET, ...args, "--log", join(dir, "log")], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new FleetRun(child, dir);
  }

  /** No fault begins any more. */
  calm(): void {
    this.#child.kill("SIGUSR2");
  }

  /** The log, whole up to `at` at least. */
  async linesUntil(at: number): Promise<readonly LogLine[]> {
    for (let waited = 0; waited < WRITTEN_WITHIN_MS; waited += 50) {
      const lines = parseLog(await readFile(join(this.#dir, "log"), "utf8").catch(() => ""));
      if (wholeUntil(lines) > at) return lines;
      await pass(50);
    }
    throw new Error(`the fleet's log ends before ${new Date(at).toISOString()}: ${this.#said}`);
  }

  async stop(): Promise<void> {
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    if (isRunning) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await ended;
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}
