// The bench: the same work against our gateway and its peers, side by side. npm run bench -- [work ...]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { canPin } from "./measure/cores.ts";
import type { WorkResult } from "./measure/results.ts";
import { terminalTable } from "./measure/table.ts";
import { parseOptions, USAGE } from "./options.ts";
import { runWork } from "./run-work.ts";
import { heartbeat } from "./work/heartbeat.ts";
import { journal } from "./work/journal.ts";
import { login } from "./work/login.ts";
import { memory } from "./work/memory.ts";
import { ping } from "./work/ping.ts";
import { storm } from "./work/storm.ts";
import type { Context, Work } from "./work/work.ts";

const WORKS: readonly Work[] = [login, heartbeat, ping, memory, storm, journal];
const RESULTS = join(import.meta.dirname, "results");

const say = (text: string) => process.stdout.write(`${text}\n`);

function optionsOrExit() {
  try {
    return parseOptions(
      process.argv.slice(2),
      WORKS.map((work) => work.name),
    );
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
const profileDir = options.profile ? join(RESULTS, "profiles") : undefined;
if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true });
const context: Context = { quick: options.quick, pin: options.pin && canPin, profileDir, say };
const chosen = WORKS.filter((work) => options.works.length === 0 || options.works.includes(work.name));

const results: WorkResult[] = [];
for (const work of chosen) {
  const rounds = options.rounds ?? (options.quick ? work.rounds.quick : work.rounds.full);
  const result = await runWork(work, context, rounds);
  results.push(result);
  say(`\n${terminalTable(result)}\n`);
}
if (results.some((result) => result.failures.length > 0)) process.exitCode = 1;
