// Everything that can be checked without a socket or a browser, in parallel; builds the console where it changed: node scripts/verify.ts
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const LANES = 3;
const rooms = ["app", "server", "dog", "lib", "e2e", "bench", "scripts"].filter((room) => existsSync(join(root, room)));

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** What it prints is shown when it goes well, too. */
  readonly tells?: boolean;
}

// The slowest first, so that the lanes end together.
const STEPS: readonly Step[] = [
  { name: "first-load scripts", args: ["scripts/check-first-load.ts"], tells: true },
  { name: "unit tests", args: ["node_modules/vitest/vitest.mjs", "run", "--project=unit", "--reporter=dot"] },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."] },
  { name: "unused code", args: ["node_modules/knip/bin/knip.js", "--no-progress"] },
  {
    name: "import laws",
    args: [
      "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
      "--config",
      ".dependency-cruiser.mjs",
      ...rooms,
    ],
  },
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "ci", "--colors=off", "."] },
  { name: "lockfile", args: ["scripts/complete-lockfile.mjs", "--check"] },
  { name: "paths in the documents", args: ["scripts/check-paths.ts"] },
];

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: string;
}

function runStep(step: Step): Promise<Outcome> {
  const started = performance.now();
  return new Promise((settled) => {
    let output = "";
    const child = spawn(process.execPath, step.args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const finish = (ok: boolean) => settled({ ok, output, seconds: ((performance.now() - started) / 1000).toFixed(1) });
    child.once("error", (error) => {
      output += error.message;
      finish(false);
    });
    child.once("close", (code) => finish(code === 0));
  });
}

const started = performance.now();
const waiting = [...STEPS];
const failed: string[] = [];

async function lane(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const { ok, output, seconds } = await runStep(step);
    process.stdout.write(`${ok ? "ok  " : "FAIL"} ${step.name} (${seconds} s)\n`);
    if (!ok) failed.push(step.name);
    if (!ok || step.tells === true) process.stdout.write(`${output.trimEnd()}\n${ok ? "" : "\n"}`);
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(
  failed.length === 0 ? `verified in ${seconds} s\n` : `failed in ${seconds} s: ${failed.join(", ")}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
