// Fails on a path of this repository that a document names and that is not there: node scripts/check-paths.ts
import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { resolve } from "node:path";
import { deadPaths } from "./paths/dead-paths.ts";

const root = resolve(import.meta.dirname, "..");
const DOCUMENTS = ["*.md", "docs/**/*.md"];

let dead = 0;
let documents = 0;
for await (const path of glob(DOCUMENTS, { cwd: root })) {
  documents += 1;
  const text = readFileSync(resolve(root, path), "utf8");
  for (const { line, target } of deadPaths(path, text, (candidate) => existsSync(resolve(root, candidate)))) {
    dead += 1;
    process.stderr.write(`${path}:${line}: ${target} does not exist\n`);
  }
}
process.stdout.write(`${documents} documents, ${dead} dead paths\n`);
process.exitCode = dead === 0 ? 0 : 1;
