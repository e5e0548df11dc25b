// Runs every suite and closes with one line over all of them: node scripts/test.ts [unit] [integration] [endurance] [e2e]
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { inWords, playwrightTally, settle, type Tally, total, vitestTally } from "./run/tally.ts";
import { ensureBuild } from "./setup/build.mjs";

const root = resolve(import.meta.dirname, "..");
const reports = join(root, "test-results");

interface Suite {
  readonly name: string;
  readonly args: readonly string[];
  readonly prepare: () => Promise<unknown>;
  readonly read: (path: string) => Tally;
}

const vitest = (name: string): Suite => ({
  name,
  args: [
    "node_modules/vitest/vitest.mjs",
    "run",
    `--project=${name}`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${join(reports, `${name}.json`)}`,
  ],
  prepare: async () => undefined,
  read: vitestTally,
});

const SUITES: readonly Suite[] = [
  vitest("unit"),
  vitest("integration"),
  vitest("endurance"),
  {
    name: "e2e",
    args: ["node_modules/@playwright/test/cli.js", "test"],
    prepare: () => ensureBuild(root),
    read: playwrightTally,
  },
];

function runNode(args: readonly string[]): Promise<number> {
  return new Promise((settled) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => settled(1));
    child.once("close", (code) => settled(code ?? 1));
  });
}

async function runSuite(suite: Suite): Promise<Tally> {
  const started = performance.now();
  process.stdout.write(`\n== ${suite.name}\n`);
  let exitCode = 1;
  try {
    await suite.prepare();
    exitCode = await runNode(suite.args);
  } catch (error) {
    process.stderr.write(`${suite.name}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  const tally = settle(suite.read(join(reports, `${suite.name}.json`)), exitCode);
  process.stdout.write(
    `== ${suite.name}: ${inWords(tally)} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return tally;
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !SUITES.some((suite) => suite.name === name));
if (unknown !== undefined) {
  process.stderr.write(`test: no suite named ${unknown}: expected ${SUITES.map((suite) => suite.name).join(", ")}\n`);
  process.exit(1);
}
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const tallies: Tally[] = [];
for (const suite of SUITES) {
  if (asked.length === 0 || asked.includes(suite.name)) tallies.push(await runSuite(suite));
}
const sum = total(tallies);
process.exitCode = sum.failed === 0 ? 0 : 1;
process.stdout.write(`\n${inWords(sum)}\n`);
