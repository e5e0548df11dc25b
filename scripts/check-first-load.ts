// What a browser must load before each page shows anything, against its budget: node scripts/check-first-load.ts
import { join, resolve } from "node:path";
import { firstLoads, KIB, serverWords } from "./bundle/first-load.ts";
import { ensureBuild } from "./setup/build.mjs";

const root = resolve(import.meta.dirname, "..");
await ensureBuild(root);
const build = join(root, process.env.LEASH_DIST_DIR ?? ".next");

const kib = (bytes: number) => (bytes / KIB).toFixed(1).padStart(7);
process.stdout.write("first-load JavaScript, KiB of gzip\n");
for (const { route, files, bytes, mostBytes } of firstLoads(build)) {
  const isOver = bytes > mostBytes;
  process.stdout.write(
    `${kib(bytes)} of ${kib(mostBytes)}  ${route} (${files.length} files)${isOver ? "  TOO MUCH" : ""}\n`,
  );
  if (isOver) process.exitCode = 1;
}
for (const found of serverWords(build)) {
  process.stdout.write(`the browser must not know ${found}\n`);
  process.exitCode = 1;
}
