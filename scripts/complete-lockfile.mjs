// Run after npm install: adds the entries of other platforms' builds that the registry did not offer (--check only looks).
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { complete, missingEntries } from "./setup/lockfile.mjs";

const path = resolve(dirname(fileURLToPath(import.meta.url)), "../package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const missing = Object.keys(missingEntries(lock));
if (process.argv.includes("--check")) {
  if (missing.length > 0) {
    process.stderr.write(
      `package-lock.json lacks ${missing.length} optional packages: run node scripts/complete-lockfile.mjs\n`,
    );
    process.exitCode = 1;
  }
} else if (missing.length > 0) {
  writeFileSync(path, `${JSON.stringify(complete(lock), null, 2)}\n`);
  process.stdout.write(`package-lock.json: ${missing.length} optional packages added\n`);
}
