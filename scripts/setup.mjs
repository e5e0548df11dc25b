// Makes a clone ready to run. Dependency-free and plain JavaScript: it runs before anything is installed, on Node 18 too.
// Usage: node scripts/setup.mjs [--browser] [--tracer] [--postgres] [--fonts] [--build] [--ports] [--console-port]
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBrowser, ensureFonts } from "./setup/browser.mjs";
import { ensureBuild } from "./setup/build.mjs";
import { ensurePackages } from "./setup/packages.mjs";
import { checkPorts } from "./setup/ports.mjs";
import { ensurePostgres } from "./setup/postgres.mjs";
import { SetupError, say } from "./setup/say.mjs";
import { ensureTracer } from "./setup/tracer.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const asked = new Set(process.argv.slice(2));

const STEPS = [
  { flag: "--ports", run: () => checkPorts(process.env) },
  { flag: "--console-port", run: () => checkPorts(process.env, ["console"]) },
  { flag: undefined, run: () => ensurePackages(root) },
  { flag: "--browser", run: () => ensureBrowser(root) },
  { flag: "--tracer", run: () => ensureTracer() },
  { flag: "--postgres", run: () => ensurePostgres() },
  { flag: "--fonts", run: () => ensureFonts() },
  { flag: "--build", run: () => ensureBuild(root) },
];

async function main() {
  const unknown = [...asked].find((flag) => !STEPS.some((step) => step.flag === flag));
  if (unknown) throw new SetupError(`unknown option ${unknown}`);
  let worked = false;
  for (const { flag, run } of STEPS) {
    if (flag === undefined || asked.has(flag)) worked = (await run()) === true || worked;
  }
  if (!worked) say("nothing to do");
}

main().catch((error) => {
  process.stderr.write(`setup: ${error instanceof SetupError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
