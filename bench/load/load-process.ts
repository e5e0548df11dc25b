import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadCounts, LoadOrder, LoadPlan } from "./load-plan.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Dogs in a process of their own. Whoever starts one stops it. */
export interface LoadProcess {
  readonly pid: number;
  /** The newest count, at most 250 ms old. */
  counts(): LoadCounts;
  order(order: LoadOrder): void;
  /** Resolves once `check` holds of a new count; rejects after `withinMs`, or when the process ends. */
  until(check: (counts: LoadCounts) => boolean, withinMs: number, what: string): Promise<LoadCounts>;
  /** Stops every dog, writes the rest of the log, ends the process. */
  stop(): Promise<void>;
}

const NONE: LoadCounts = {
  dogs: 0,
  up: 0,
  frozen: 0,
  gaveUp: 0,
  dials: 0,
  logins: 0,
  refused: 0,
  failed: 0,
  closed: 0,
};
const STOP_WITHIN_MS = 10_000;

export async function startLoad(plan: LoadPlan): Promise<LoadProcess> {
  const child: ChildProcess = fork(MAIN, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "close");
  let counts = NONE;
  const looks = new Set<() => void>();
  child.on("message", (message: LoadCounts) => {
    counts = message;
    for (const look of [...looks]) look();
  });
  child.send(plan);

  const until: LoadProcess["until"] = (check, withinMs, what) => {
    const { promise, resolve, reject } = Promise.withResolvers<LoadCounts>();
    const settle = (act: () => void) => {
      clearTimeout(late);
      looks.delete(look);
      act();
    };
    const look = () => {
      if (child.exitCode !== null) settle(() => reject(new Error(`the load process ended: waiting for ${what}`)));
      else if (check(counts)) settle(() => resolve(counts));
    };
    const late = setTimeout(() => {
      settle(() => reject(new Error(`${what}: not within ${withinMs} ms, but ${JSON.stringify(counts)}`)));
    }, withinMs);
    looks.add(look);
    void ended.then(look);
    return promise;
  };
  await once(child, "message");

  return {
    pid: child.pid ?? 0,
    counts: () => counts,
    order: (order) => void child.send(order),
    until,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      child.send({ order: "stop" } satisfies LoadOrder);
      await ended;
      clearTimeout(late);
    },
  };
}
