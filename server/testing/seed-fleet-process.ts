import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { SeedDogOptions } from "./seed-dog.ts";

const MAIN = fileURLToPath(new URL("./seed-dog-main.ts", import.meta.url));
const ARRIVES_WITHIN_MS = 55_000;

export interface SeedFleetPlan extends Omit<SeedDogOptions, "sn"> {
  /** One dog each; an sn may be there twice. */
  readonly sns: readonly string[];
  /** Each dog breaks its own pipe this often (ms). */
  readonly dropEveryMs?: number;
}

/** What the dogs saw, counted over all of them. */
export interface SeedFleetReport {
  readonly open: number;
  readonly dials: number;
  readonly gaveUp: number;
  /** By close code; 1006 for none. */
  readonly closes: Readonly<Record<string, number>>;
  /** By HTTP status. */
  readonly refusals: Readonly<Record<string, number>>;
  /** By answer code. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface SeedFleetProcess {
  readonly child: ChildProcess;
  /** Resolves once every dog was answered once. */
  readonly arrived: Promise<void>;
  report(): Promise<SeedFleetReport>;
  stop(): Promise<void>;
}

/** `SN0`, `SN1`, ... */
export const serials = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Seed dogs in another process: to be stopped by a signal, to dial from elsewhere, or to make a storm that is not the test's own load. */
export function startSeedFleet(plan: SeedFleetPlan, launcher: readonly string[] = []): SeedFleetProcess {
  const [command = process.execPath, ...args] = [...launcher, process.execPath, MAIN, JSON.stringify(plan)];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const arrived = Promise.withResolvers<void>();
  const waiting: ((report: SeedFleetReport) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line === "in") arrived.resolve();
    else waiting.shift()?.(JSON.parse(line) as SeedFleetReport);
  });
  const late = setTimeout(
    () => arrived.reject(new Error(`the dogs are not in after ${ARRIVES_WITHIN_MS} ms`)),
    ARRIVES_WITHIN_MS,
  );
  arrived.promise.then(
    () => clearTimeout(late),
    () => clearTimeout(late),
  );
  const ended = once(child, "close").then(() => arrived.reject(new Error("the dogs' process ended")));
  return {
    child,
    arrived: arrived.promise,
    report() {
      const { promise, resolve } = Promise.withResolvers<SeedFleetReport>();
      waiting.push(resolve);
      child.stdin.write("report\n");
      return promise;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
