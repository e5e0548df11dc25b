// Runs Leash on this machine: node scripts/start.ts [start|demo|dev|console] [--log FILE, of the demo's fleet]
import { parseArgs } from "node:util";
import { type Child, startChild } from "./run/child.ts";
import { type Mode, makePlan, type Plan } from "./run/plan.ts";
import { answers } from "./run/wait.ts";

const MODES: readonly Mode[] = ["start", "demo", "dev", "console"];

const say = (text: string) => process.stdout.write(`${text}\n`);

function modeOf(argument: string | undefined): Mode {
  const mode = MODES.find((known) => known === (argument ?? "start"));
  if (mode === undefined) throw new Error(`unknown mode ${argument}: expected ${MODES.join(", ")}`);
  return mode;
}

/**
 * Calls `first` on SIGINT or SIGTERM and `second` when the operator insists. One Ctrl+C reaches us twice, from the
 * terminal and from npm, so what follows within a second is the same wish.
 */
function onStopSignal(first: () => void, second: () => void): void {
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      first();
    } else if (performance.now() - firstAt > 1_000) second();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

/** Starts the plan's steps one after the other. Resolves to the first reason to stop: a signal or a child's death. */
async function run(plan: Plan): Promise<number> {
  const running: Child[] = [];
  const stopped = Promise.withResolvers<number>();
  const abort = new AbortController();
  const finish = (code: number) => {
    abort.abort();
    stopped.resolve(code);
  };
  onStopSignal(
    () => {
      say("stopping ...");
      finish(0);
    },
    () => process.exit(1),
  );
  process.on("exit", () => {
    for (const child of running) child.killNow();
  });

  for (const step of plan.steps) {
    if (abort.signal.aborted) break;
    say(`starting the ${step.name} ...`);
    const child = startChild(step, (line) => say(`${step.name}: ${line}`));
    running.push(child);
    void child.ended.then((how) => {
      if (abort.signal.aborted) return;
      say(`the ${step.name} stopped unexpectedly (${how})`);
      for (const line of child.untoldLines()) say(`  ${line}`);
      finish(1);
    });
    if (step.readyUrl === undefined || (await answers(step.readyUrl, step.readyWithinMs, abort.signal))) continue;
    if (abort.signal.aborted) break;
    say(`the ${step.name} did not answer at ${step.readyUrl} within ${step.readyWithinMs / 1000} s`);
    finish(1);
  }
  if (!abort.signal.aborted) for (const line of plan.banner) say(line);

  const code = await stopped.promise;
  for (const child of running.toReversed()) await child.stop();
  return code;
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { log: { type: "string" } } });
  const mode = modeOf(positionals[0]);
  if (values.log !== undefined && mode !== "demo") throw new Error("--log: only the demo has a fleet");
  process.exitCode = await run(makePlan(mode, process.env, values.log));
} catch (error) {
  process.stderr.write(`start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
