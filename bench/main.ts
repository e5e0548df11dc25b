// The bench: the same work against our gateway and its peers, side by side. npm run bench -- [work ...]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "./budgets.ts";
import { canPin } from "./measure/cores.ts";
import { thisMachine } from "./measure/machine.ts";
import { type BenchRun, budgetLines, markdownReport, withSection } from "./measure/report.ts";
import type { WorkResult } from "./measure/results.ts";
import { terminalTable } from "./measure/table.ts";
import { parseOptions, USAGE } from "./options.ts";
import { runWork } from "./run-work.ts";
import { fold } from "./work/fold.ts";
import { heartbeat } from "./work/heartbeat.ts";
import { journal } from "./work/journal.ts";
import { listing } from "./work/listing.ts";
import { login } from "./work/login.ts";
import { memory } from "./work/memory.ts";
import { ping } from "./work/ping.ts";
import { start } from "./work/start.ts";
import { storm } from "./work/storm.ts";
import { stream } from "./work/stream.ts";
import type { Context, Work } from "./work/work.ts";

const WORKS: readonly Work[] = [login, heartbeat, ping, memory, storm, stream, journal, fold, listing, start];
const DOCUMENT = join(import.meta.dirname, "../docs/PERFORMANCE.md");
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

const machine = thisMachine();
const startedAt = new Date();
const results: WorkResult[] = [];
for (const work of chosen) {
  const rounds = options.rounds ?? (options.quick ? work.rounds.quick : work.rounds.full);
  const result = await runWork(work, context, rounds);
  results.push(result);
  say(`\n${terminalTable(result)}\n`);
}

const verdicts = judge(results);
const run: BenchRun = {
  startedAt: startedAt.toISOString(),
  seconds: (Date.now() - startedAt.getTime()) / 1_000,
  machine,
  quick: options.quick,
  pinned: context.pin,
  results,
  verdicts,
};
const failures = results.flatMap((result) => result.failures.map((failure) => `${result.work}: ${failure}`));
// Only a whole run is a document; anything else is a look.
const whole = !options.quick && chosen.length === WORKS.length && failures.length === 0;
const name = whole ? "latest" : "partial";
writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(run, null, 2)}\n`);
writeFileSync(join(RESULTS, `${name}.md`), markdownReport(run));
if (whole) writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, "utf8"), markdownReport(run)));
const judged = verdicts.filter(({ status }) => whole || status !== "not measured");
if (judged.length > 0) say(budgetLines(judged));
if (options.quick) say("\nquick: counts are smaller than the lines say");
say(`\nwritten: bench/results/${name}.json, bench/results/${name}.md${whole ? ", docs/PERFORMANCE.md" : ""}`);

for (const failure of failures) console.error(`FAILED ${failure}`);
const unmet = verdicts.some(({ status }) => status === "not met");
process.exitCode = failures.length > 0 || (options.strict && unmet) ? 1 : 0;
