// The console in a storm, measured: node e2e/performance/main.ts [--dogs 10000] [--minutes 10] [--singles 100] [--quick]
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    dogs: { type: "string" },
    minutes: { type: "string" },
    singles: { type: "string" },
    /** One minute of churn, a fifth of the drops. */
    quick: { type: "boolean", default: false },
  },
});

const env = {
  ...process.env,
  LEASH_BENCH_DOGS: values.dogs ?? "10000",
  LEASH_BENCH_MINUTES: values.minutes ?? (values.quick ? "1" : "10"),
  LEASH_BENCH_SINGLES: values.singles ?? (values.quick ? "20" : "100"),
};
const args = ["node_modules/@playwright/test/cli.js", "test", "--config", "e2e/performance/playwright.config.ts"];
const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
child.once("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
